import MailLog
import Testing

@testable import Counters

@Suite struct CountersTests {
  private static let host = HostKey(hash: 7)

  private func submission(
    _ hour: Int,
    tls: TLSVersion = .none,
    isUndecided: Bool = false,
    account: NameTable.ID = 1
  ) -> Submission {
    var submission = Submission(
      time: Timestamp(seconds: Int64(hour) * 3600),
      stamp: .zero,
      host: Self.host,
      account: account,
      sender: account,
      client: ClientAddress(ipv4: UInt32(hour)),
      tls: isUndecided ? .unknown : tls,
      isUndecided: isUndecided,
      recipients: 2,
      bytes: 10
    )
    submission.isProvisional = submission.tls == .none || isUndecided
    return submission
  }

  private func makeCounters() -> Counters {
    var counters = Counters(zone: .utc)
    _ = counters.names.intern("alice")
    _ = counters.names.intern("bob")
    return counters
  }

  /// Messages by day, account and version, rows without messages left out.
  private func rows(_ counters: Counters) -> [String] {
    var rows: [String: CounterRow] = [:]
    let (start, end) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 9))
    counters.forEachRow(from: start, through: end) { day, account, sender, row in
      guard row.messages > 0 else { return }
      rows["\(day.text) \(account) \(sender)", default: CounterRow()].add(row)
    }
    return rows.map { key, row in
      let tls = TLSVersion.allCases.filter { row.count($0) > 0 }.map { "\($0)=\(row.count($0))" }
      return "\(key) \(tls.joined(separator: ",")) \(row.recipients) \(row.bytes)"
    }.sorted()
  }

  @Test func `messages are counted on their days in the zone`() {
    let zone = ZoneRules(name: "UTC+02:00", transitions: [], offsets: [7200])
    var counters = Counters(zone: zone)
    _ = counters.names.intern("alice")
    for hour in [21, 22, 23, 45, 46] { counters.record(submission(hour, tls: .tls13)) }
    #expect(
      rows(counters) == [
        "1970-01-01 1 1 tls13=1 2 10", "1970-01-02 1 1 tls13=3 6 30", "1970-01-03 1 1 tls13=1 2 10",
      ]
    )
  }

  @Test func `days may come in any order`() {
    var counters = makeCounters()
    for hour in [50, 1, 30, 2, 51, 31] { counters.record(submission(hour, tls: .tls12)) }
    #expect(
      rows(counters) == [
        "1970-01-01 1 1 tls12=2 4 20", "1970-01-02 1 1 tls12=2 4 20", "1970-01-03 1 1 tls12=2 4 20",
      ]
    )
  }

  private enum Step: CaseIterable {
    case recordFirst, recordSecond, retractFirst, closeSecond, decide
  }

  /// Every order in which the steps can happen: a message is counted before it is taken back.
  private var orders: [[Step]] {
    var found: [[Step]] = [[]]
    for _ in Step.allCases {
      found = found.flatMap { order in
        Step.allCases.filter { step in
          if order.contains(step) { return false }
          if step == .retractFirst { return order.contains(.recordFirst) }
          if step == .closeSecond { return order.contains(.recordSecond) }
          return true
        }.map { order + [$0] }
      }
    }
    return found
  }

  @Test func `the order of corrections and decisions does not change the rows`() {
    #expect(orders.count == 30)
    for order in orders {
      var counters = makeCounters()
      var isDecided = false
      for step in order {
        switch step {
        case .recordFirst: counters.record(submission(1, isUndecided: !isDecided))
        case .recordSecond: counters.record(submission(30, isUndecided: !isDecided, account: 2))
        case .retractFirst: counters.retract(submission(1, isUndecided: !isDecided))
        case .closeSecond: counters.closePlain(submission(30, account: 2))
        case .decide:
          counters.decide(Self.host)
          isDecided = true
        }
      }
      #expect(
        rows(counters) == ["1970-01-01 1 1 unknown=1 2 10", "1970-01-02 2 2 none=1 2 10"],
        "\(order)"
      )
      #expect(counters.lastSeen(2, .none)?.time == Timestamp(seconds: 30 * 3600), "\(order)")
      #expect(counters.lastSeen(1, .none) == nil, "\(order)")
    }
  }

  @Test func `a host that never shows TLS stays unknown`() {
    var counters = makeCounters()
    counters.record(submission(1, isUndecided: true))
    #expect(rows(counters) == ["1970-01-01 1 1 unknown=1 2 10"])
    counters.decide(HostKey(hash: 8))
    #expect(rows(counters) == ["1970-01-01 1 1 unknown=1 2 10"])
  }

  @Test func `the last message at a version is the latest, not the last to come`() {
    var counters = makeCounters()
    for hour in [5, 9, 7] { counters.record(submission(hour, tls: .tls10)) }
    #expect(counters.lastSeen(1, .tls10)?.time == Timestamp(seconds: 9 * 3600))
    #expect(counters.lastSeen(1, .tls10)?.client == ClientAddress(ipv4: 9))
    #expect(counters.lastSeen(1, .tls11) == nil)
  }

  @Test func `a message whose own line shows that it had no TLS is seen at once`() {
    var counters = makeCounters()
    var message = submission(5)
    counters.record(message)
    #expect(counters.lastSeen(1, .none) == nil)
    message.isProvisional = false
    counters.record(message)
    #expect(counters.lastSeen(1, .none)?.time == Timestamp(seconds: 5 * 3600))
  }

  @Test func `recipients and bytes that are not logged are counted as such`() {
    var counters = makeCounters()
    var message = submission(1, tls: .tls13)
    message.recipients = nil
    message.bytes = nil
    message.messages = 3
    counters.record(message)
    counters.record(submission(2, tls: .tls13))
    let day = CivilDate(daysSince1970: 0)
    counters.forEachRow(from: day, through: day) { _, _, _, row in
      #expect(row.messages == 4)
      #expect((row.recipients, row.withoutRecipients) == (2, 3))
      #expect((row.bytes, row.withoutBytes) == (10, 3))
    }
  }

  @Test func `thousands of rows a day are found again`() {
    var counters = makeCounters()
    for round in 0..<2 {
      for account in 0..<5000 {
        counters.record(submission(round, tls: .tls13, account: UInt32(account)))
      }
    }
    #expect(rows(counters).count == 5000)
    #expect(rows(counters).allSatisfy { $0.hasSuffix("tls13=2 4 20") })
  }
}
