/// Rows in columns that fit a terminal.
///
/// Names are cut where they must be, numbers never; what still does not fit is written as one line
/// for each value.
package struct Table {
  package struct Column: Sendable {
    package var title: String
    package var isRight: Bool
    /// May be cut.
    package var isFlexible: Bool
    /// May be left out.
    package var isOptional: Bool

    package init(
      _ title: String,
      isRight: Bool = false,
      isFlexible: Bool = false,
      isOptional: Bool = false
    ) {
      self.title = title
      self.isRight = isRight
      self.isFlexible = isFlexible
      self.isOptional = isOptional
    }
  }

  private let columns: [Column]
  /// Names are cut to the first before optional columns are left out, to the second after that.
  private let leastWidths: (Int, Int)
  private var rows: [[Line]] = []

  package init(columns: [Column], leastWidths: (Int, Int) = (16, 16)) {
    self.columns = columns
    self.leastWidths = leastWidths
  }

  /// Adds a row with a piece for each column.
  package mutating func append(_ row: [Piece]) {
    rows.append(row.map { Line([$0]) })
  }

  /// Adds a row with a line for each column.
  package mutating func append(_ row: [Line]) {
    rows.append(row)
  }

  /// Writes the table, and how many of `count` rows it leaves out; `empty`: what is said of none.
  package func write(
    to lines: inout LineWriter,
    of count: Int,
    empty: String = "nothing in this period"
  ) {
    if count == 0 { return lines.append(Line(empty, .dim)) }
    for line in self.lines(width: lines.presentation.width) { lines.append(line) }
    if count > rows.count {
      lines.append(Line("… and \(count - rows.count) more (--limit)", .dim))
    }
  }

  /// The lines of the table, in at most `width` columns of the terminal if it is not nil.
  package func lines(width: Int?) -> [Line] {
    guard let widths = fit(width) else {
      return Array(rows.map(record).joined(separator: [Line()]))
    }
    let header = columns.map { Line($0.title, .bold) }
    return ([header] + rows).map { line($0, widths) }
  }

  private static let gap = 2

  /// The width of each column, 0 for those left out; nil if the numbers do not fit.
  private func fit(_ limit: Int?) -> [Int]? {
    var widths = columns.map { TerminalText.width($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.width) }
    }
    guard let limit else { return widths }
    while true {
      let excess = Self.total(widths) - limit
      if excess <= 0 { return widths }
      let last = columns.indices.last { columns[$0].isOptional && widths[$0] > 0 }
      let least = last == nil ? leastWidths.1 : leastWidths.0
      let smallest = columns.indices.map {
        columns[$0].isFlexible ? min(widths[$0], least) : widths[$0]
      }
      if Self.total(smallest) <= limit {
        shrink(&widths, by: excess)
        return widths
      }
      guard let last else { return nil }
      widths[last] = 0
    }
  }

  /// Takes columns from the widest names first.
  private func shrink(_ widths: inout [Int], by excess: Int) {
    for _ in 0..<excess {
      let flexible = columns.indices.filter { columns[$0].isFlexible }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }

  private static func total(_ widths: [Int]) -> Int {
    let shown = widths.filter { $0 > 0 }
    return shown.reduce(0, +) + gap * max(0, shown.count - 1)
  }

  private func line(_ row: [Line], _ widths: [Int]) -> Line {
    var line = Line()
    var start = 0
    for (index, cell) in row.enumerated() where widths[index] > 0 {
      let text = cell.cut(to: widths[index])
      line.pad(to: columns[index].isRight ? start + widths[index] - text.width : start)
      line.append(text)
      start += widths[index] + Self.gap
    }
    return line
  }

  /// One line for each value, with the title of its column in front.
  private func record(_ row: [Line]) -> [Line] {
    let width = columns.map { TerminalText.width($0.title) }.max() ?? 0
    return zip(columns, row).filter { $1.pieces.first?.tone != .zero }.map { column, cell in
      var line = Line(column.title, .bold)
      line.pad(to: width + Self.gap)
      line.append(cell)
      return line
    }
  }
}

extension Table.Column {
  /// A column of a report: names may be cut, domains left out where the name tells them too.
  init(_ column: Column) {
    let isText: Bool =
      switch column.content {
      case .date, .name, .domain, .first, .last, .version, .client: true
      default: false
      }
    let isName = column.content == .name || column.content == .domain
    self.init(
      column.title,
      isRight: !isText,
      isFlexible: isName,
      isOptional: column.content == .domain
    )
  }
}
