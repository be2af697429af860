import MailLog

/// A column of a report: its name in CSV, in tables and for `--sort`, and what it holds.
struct Column: Sendable {
  enum Content: Equatable, Sendable {
    case date, name, domain
    case messages, recipients, bytes, tls(TLSVersion)
    case failures, counterparts, first
    case below, last, version, client, days
  }

  let title: String
  let content: Content

  init(_ title: String, _ content: Content) {
    self.title = title
    self.content = content
  }

  static let date = Column("date", .date)
  static let messages = Column("messages", .messages)

  /// The columns that say what a row is about.
  static func keys(_ grouping: Grouping) -> [Column] {
    let name = Column(grouping.rawValue, .name)
    return grouping == .domain ? [name] : [name, Column("domain", .domain)]
  }

  static let tls = TLSVersion.allCases.map { Column($0.column, .tls($0)) }
}

/// The order of a report's rows.
struct RowOrder: Sendable {
  /// nil: by `messages` or `failures` only.
  private(set) var column: Column.Content?
  private(set) var isReversed = false

  /// Dates are in reverse; the rows of a day are not affected.
  var reversesDates: Bool { column == .date && isReversed }

  /// - Parameters:
  ///   - sort: the name of one of `columns`, with `-` in front for the reverse.
  ///   - columns: what the rows can be sorted by.
  /// - Throws: if there is no such column.
  init(_ sort: String?, columns: [Column]) throws(ReportError) {
    guard let sort else { return }
    isReversed = sort.hasPrefix("-")
    let title = isReversed ? String(sort.dropFirst()) : sort
    guard let column = columns.first(where: { $0.title == title }) else {
      throw .unknownColumn(sort, allowed: columns.map(\.title))
    }
    self.column = column.content
  }

  /// A key that gives this order when smaller keys come first; what is not known comes last.
  func key(_ value: UInt64?, largestFirst: Bool) -> UInt64 {
    guard let value else { return .max }
    if largestFirst == isReversed { return min(value, .max - 1) }
    return value == .max ? 0 : ~value - 1
  }

  /// The numbers of rows in the order of several keys, the least important first.
  static func sorted(count: Int, by keys: [[UInt64]]) -> [UInt32] {
    let first = keys.first ?? [UInt64](repeating: 0, count: count)
    var sorter = RadixSorter(
      entries: first.indices.map {
        .init(key: first[$0], index: UInt32(truncatingIfNeeded: $0))
      }
    )
    sorter.sort()
    for keys in keys.dropFirst() {
      for position in 0..<count {
        sorter.entries[position].key = keys[Int(sorter.entries[position].index)]
      }
      sorter.sort()
    }
    return sorter.entries.map(\.index)
  }
}
