import Counters
import Ingest
import MailLog

/// Messages and their recipients, by day, account, sender and TLS version.
struct Tally: Equatable {
  struct Key: Hashable, CustomStringConvertible {
    var day: CivilDate
    var account: String
    var sender: String
    var tls: TLSVersion

    var description: String { "\(day.text) \(account) <\(sender)> \(tls.label)" }
  }

  private(set) var messages: [Key: UInt64] = [:]
  /// By account and sender alone: a row of `Counters` has one sum for all TLS versions.
  private(set) var recipients: [Key: UInt64] = [:]

  init() {}

  /// What `counters` hold.
  init(_ counters: borrowing Counters) {
    self.init(counters.snapshot)
  }

  init(_ counters: CounterSnapshot) {
    let names = counters.names
    var sums = Tally()
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 100_000))
    counters.forEachRow(from: first, through: last) { day, account, sender, row in
      var key = Key(
        day: day,
        account: String(decoding: names.bytes(account), as: UTF8.self),
        sender: String(decoding: names.bytes(sender), as: UTF8.self),
        tls: .unknown
      )
      sums.add(0, recipients: row.recipients, to: key)
      for version in TLSVersion.allCases where row.count(version) > 0 {
        key.tls = version
        sums.add(UInt64(row.count(version)), recipients: 0, to: key)
      }
    }
    self = sums
  }

  /// What the logs at `paths` say.
  init(_ paths: [String], _ options: LogAnalysis.Options) throws {
    let result = try LogAnalysis(paths: paths, options: options).run()
    self.init(result.counters)
  }

  mutating func add(_ count: UInt64, recipients: UInt64, to key: Key) {
    if count > 0 { messages[key, default: 0] += count }
    if recipients > 0 { self.recipients[key.without(tls: true), default: 0] += recipients }
  }

  mutating func removeRecipients() { recipients = [:] }

  static func + (left: Tally, right: Tally) -> Tally {
    var sum = left
    sum.messages.merge(right.messages, uniquingKeysWith: +)
    sum.recipients.merge(right.recipients, uniquingKeysWith: +)
    return sum
  }

  var total: UInt64 { messages.values.reduce(0, +) }

  /// The same without the day, or without the TLS version.
  func without(day: Bool = false, tls: Bool = false) -> Tally {
    var sum = Tally()
    for (key, count) in messages {
      sum.messages[key.without(day: day, tls: tls), default: 0] += count
    }
    for (key, count) in recipients {
      sum.recipients[key.without(day: day), default: 0] += count
    }
    return sum
  }

  /// One line for each number that differs, for the report of a failed test.
  func differences(from other: Tally) -> [String] {
    Self.differences(messages, other.messages, "messages")
      + Self.differences(recipients, other.recipients, "recipients")
  }

  private static func differences(
    _ left: [Key: UInt64],
    _ right: [Key: UInt64],
    _ unit: String
  ) -> [String] {
    Set(left.keys).union(right.keys)
      .filter { left[$0] != right[$0] }
      .map { "\($0): \(left[$0] ?? 0) \(unit), not \(right[$0] ?? 0)" }
      .sorted()
  }
}

extension Tally.Key {
  fileprivate func without(day: Bool = false, tls: Bool = false) -> Tally.Key {
    var key = self
    if day { key.day = CivilDate(daysSince1970: 0) }
    if tls { key.tls = .unknown }
    return key
  }
}
