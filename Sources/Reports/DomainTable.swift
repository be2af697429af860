import MailLog

/// Which names have a domain, and a number for each different domain.
struct DomainTable: Sendable {
  /// The domains that were asked for; number 0 is that of names without one.
  private(set) var domains = NameTable(foldsCase: false)
  /// By name: 1 it has a domain, 2 it has none, 0 nobody asked yet.
  private var known: [UInt8]
  private var numbers: [UInt32]
  private let names: NameList

  private static let unseen = UInt32.max

  init(names: NameList) {
    self.names = names
    known = [UInt8](repeating: 0, count: names.count)
    numbers = [UInt32](repeating: Self.unseen, count: names.count)
  }

  mutating func hasDomain(_ name: NameTable.ID) -> Bool {
    if known[Int(name)] == 0 { known[Int(name)] = bytes(of: name).isEmpty ? 2 : 1 }
    return known[Int(name)] == 1
  }

  /// What follows the last `@` of a name; empty if there is no domain.
  func bytes(of name: NameTable.ID) -> ArraySlice<UInt8> {
    Self.domain(of: names.bytes(name))
  }

  fileprivate static func domain(of name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let at = name.lastIndex(of: UInt8(ascii: "@")) else { return [] }
    return name[(at + 1)...]
  }

  /// The number of the domain.
  mutating func number(of name: NameTable.ID) -> NameTable.ID {
    let known = numbers[Int(name)]
    if known != Self.unseen { return known }
    let number = domains.intern(bytes(of: name).span)
    numbers[Int(name)] = number
    return number
  }

  /// Gives every domain its number.
  mutating func numberAll() {
    for name in 0..<UInt32(truncatingIfNeeded: names.count) { _ = number(of: name) }
  }
}

/// Tells whether a name's domain is the one that a query asks for.
///
/// Domains are compared without regard to the case of ASCII letters.
struct DomainFilter: Sendable {
  private let wanted: [UInt8]
  let wantsNone: Bool
  /// By name: 1 yes, 2 no, 0 not looked at yet.
  private var known: [UInt8]

  init(_ shown: String, nameCount: Int) {
    wantsNone = shown == DomainFilter.none
    wanted = unescapedBytes(shown).map(asciiLowercased)
    known = [UInt8](repeating: 0, count: nameCount)
  }

  /// How reports show that there is no domain.
  static let none = "(none)"

  mutating func matches(_ name: NameTable.ID, _ table: DomainTable) -> Bool {
    if known[Int(name)] == 0 {
      let matches = table.bytes(of: name).lazy.map(asciiLowercased).elementsEqual(wanted)
      known[Int(name)] = matches ? 1 : 2
    }
    return known[Int(name)] == 1
  }

  /// Whether a name, as reports show it, has the domain that was asked for.
  fileprivate static func matches(_ name: String, _ wanted: String) -> Bool {
    let domain = DomainTable.domain(of: unescapedBytes(name)[...])
    if wanted == none { return domain.isEmpty }
    return domain.lazy.map(asciiLowercased).elementsEqual(
      unescapedBytes(wanted).lazy.map(asciiLowercased)
    )
  }
}

extension Alert {
  /// Whether its account, or one of the senders, is of the domain that is asked for.
  func concerns(domainOf query: ReportQuery) -> Bool {
    guard let domain = query.domain else { return true }
    return ([account] + senders).contains { DomainFilter.matches($0, domain) }
  }

  /// Whether it began on one of the days that are asked for.
  func began(onDaysOf query: ReportQuery) -> Bool {
    query.days.contains(CivilTime(started, query.zone).date)
  }
}
