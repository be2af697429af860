import MailLog

/// The names and domains of a report's rows, ready to be written.
struct RowNames: Sendable {
  private let names: ShownNames
  private var domains: ShownNames
  private let grouping: Grouping
  /// Names are looked up by the place of their group; else by their number.
  private let followsGroups: Bool
  /// The day of the rows, with the comma behind it; empty without rows per day.
  private var dateCell: [UInt8] = []

  /// The names of `groups`, or all names if there are no groups given.
  init(_ grouper: Grouper, of groups: [Grouper.Group]? = nil) {
    grouping = grouper.rules.grouping
    domains = Self.shown(grouper.domains.domains)
    followsGroups = groups != nil && grouping != .domain
    if grouping == .domain {
      names = domains
      return
    }
    let empty = grouper.emptyName
    let table = grouper.names
    names =
      if let groups {
        ShownNames(table, groups.map(\.name), empty: empty)
      } else {
        ShownNames(table, 0..<UInt32(table.count), empty: empty)
      }
  }

  /// All domains of a table.
  static func shown(_ domains: NameTable) -> ShownNames {
    ShownNames(domains.list, 0..<UInt32(domains.count), empty: DomainFilter.none)
  }

  /// Goes on to the rows of `date`, with the domains that were met since.
  mutating func update(_ grouper: Grouper, date: CivilDate) {
    dateCell = Array("\(date.text),".utf8)
    update(grouper)
  }

  /// Takes up the domains that were met since.
  mutating func update(_ grouper: Grouper) {
    guard grouper.domains.domains.count > domains.count, grouping != .domain else { return }
    domains = Self.shown(grouper.domains.domains)
  }

  /// Whether groups of one name can differ by their domain.
  var hasDomains: Bool { grouping != .domain && domains.count > 1 }

  /// The place of a group's name in the order of names.
  func place(_ group: Grouper.Group, _ index: Int) -> Int {
    Int(names.places[followsGroups ? index : Int(group.name)])
  }

  /// The place of a group's domain, if there are groups that differ by it.
  func domainPlace(_ group: Grouper.Group) -> Int {
    group.domain == Grouper.ownDomain ? 0 : Int(domains.places[Int(group.domain)])
  }

  func name(_ row: SubmissionRows.Row) -> ArraySlice<UInt8> { names.bytes(row.place) }

  func domain(_ row: SubmissionRows.Row) -> ArraySlice<UInt8> {
    row.domain == Grouper.ownDomain
      ? names.domain(row.place) : domains.bytes(Int(domains.places[Int(row.domain)]))
  }

  /// Whether name or domain may hold quotes, commas or backslashes.
  func needsEscapes(_ row: SubmissionRows.Row) -> Bool {
    if names.needsEscapes(row.place) { return true }
    guard row.domain != Grouper.ownDomain else { return false }
    return domains.needsEscapes(Int(domains.places[Int(row.domain)]))
  }

  /// Writes a row as a line of CSV: the date if it has one, name, domain and what `figures` adds.
  ///
  /// - Parameters:
  ///   - row: whose names are written.
  ///   - output: takes the line.
  ///   - capacity: the most bytes that `figures` writes.
  ///   - figures: writes the other cells, without a comma in front.
  /// - Returns: false when nobody reads on.
  func writeCSV(
    _ row: SubmissionRows.Row,
    to output: inout ByteWriter,
    capacity: Int,
    _ figures: (inout OutputSpan<UInt8>) -> Void
  ) -> Bool {
    if !output.isForSpreadsheet, grouping != .domain, row.domain == Grouper.ownDomain,
      let cells = names.cells(row.place)
    {
      let room = dateCell.count + cells.name.count + cells.domain.count + capacity + 3
      output.append(capacity: room) { line in
        line.append(dateCell.span, dateCell.indices)
        line.append(names.text.span, cells.name)
        line.append(UInt8(ascii: ","))
        line.append(names.text.span, cells.domain)
        line.append(UInt8(ascii: ","))
        figures(&line)
        line.append(UInt8(ascii: "\n"))
      }
    } else {
      output.append(contentsOf: dateCell)
      output.appendCell(name(row))
      output.append(UInt8(ascii: ","))
      if grouping != .domain {
        output.appendCell(domain(row))
        output.append(UInt8(ascii: ","))
      }
      output.append(capacity: capacity + 1) { line in
        figures(&line)
        line.append(UInt8(ascii: "\n"))
      }
    }
    output.passBlock()
    return !output.isClosed
  }

  /// Name and domain as members of a JSON object.
  func writeJSON(_ row: SubmissionRows.Row, to json: inout JSONWriter) {
    json.key(grouping.rawValue)
    if needsEscapes(row) { json.string(name(row)) } else { json.plain(name(row)) }
    guard grouping != .domain else { return }
    json.key("domain")
    if needsEscapes(row) { json.string(domain(row)) } else { json.plain(domain(row)) }
  }

  /// Name and domain as cells of a table.
  func cells(_ row: SubmissionRows.Row) -> [Piece] {
    let name = Piece(plainText(String(decoding: name(row), as: UTF8.self)))
    guard grouping != .domain else { return [name] }
    return [name, Piece(plainText(String(decoding: domain(row), as: UTF8.self)))]
  }
}
