import MailLog
import TestSupport
import Testing

@testable import Counters

/// What an import has counted is added to what is there.
struct MergingTests {
  private let host = HostKey(hash: 7)

  private func makeCounters(_ names: [String]) -> Counters {
    var counters = Counters(zone: .utc, limits: CounterLimits(), parts: .all)
    for name in names { _ = counters.names.intern(name) }
    return counters
  }

  private func count(_ name: String, tls: TLSVersion?, in counters: inout Counters, hour: Int64) {
    let account = counters.names.intern(name)
    var terms = NameTable(foldsCase: false)
    let submission = Submission(
      time: Timestamp(seconds: hour * 3600),
      stamp: .zero,
      host: host,
      account: account,
      sender: account,
      client: ClientAddress(ipv4: 1),
      tls: tls ?? .unknown,
      isUndecided: tls == nil,
      cipher: terms.intern("AES"),
      mechanism: terms.intern("PLAIN"),
      recipients: 2,
      bytes: 10
    )
    counters.record(submission)
    counters.details?.record(submission, terms: terms)
  }

  private func rows(_ counters: Counters) -> [String] {
    var rows: [String] = []
    let names = counters.names
    counters.forEachRow(
      from: CivilDate(daysSince1970: 0),
      through: CivilDate(daysSince1970: 9)
    ) { day, account, sender, row in
      let tls = TLSVersion.allCases.filter { row.count($0) > 0 }.map { "\($0)=\(row.count($0))" }
      rows.append("\(day.text) \(names.shown(account)) \(tls.joined(separator: ",")) \(row.bytes)")
    }
    return rows.sorted()
  }

  @Test func `rows are added by the names, on packed days too`() {
    var counters = makeCounters(["alice", "bob"])
    count("alice", tls: .tls13, in: &counters, hour: 1)
    counters.close(before: CivilDate(daysSince1970: 1))
    var imported = makeCounters(["unused", "bob", "carol", "alice"])
    count("alice", tls: .tls13, in: &imported, hour: 2)
    count("carol", tls: .tls12, in: &imported, hour: 30)
    counters.merge(imported, hostsLoggingTLS: [])
    #expect(rows(counters) == ["1970-01-01 alice tls13=2 20", "1970-01-02 carol tls12=1 10"])
    let unused = Array("unused".utf8)
    #expect(counters.names.find(unused.span) == nil)
    let alice = counters.names.intern("alice")
    #expect(counters.lastSeen(alice, .tls13)?.time == Timestamp(seconds: 7200))
    let clients = counters.details?.clients(of: alice) ?? []
    #expect(clients.map(\.messages) == [2])
    #expect(counters.details?.mechanisms(of: alice).map(\.messages) == [2])
  }

  @Test func `a host that either knows to log TLS has no undecided messages`() {
    for (hosts, expected): (Set<HostKey>, [String]) in [
      ([host], ["1970-01-01 alice none=2 20"]),
      ([], ["1970-01-01 alice unknown=2 20"]),
    ] {
      var counters = makeCounters(["alice"])
      count("alice", tls: nil, in: &counters, hour: 1)
      var imported = makeCounters(["bob"])
      count("alice", tls: nil, in: &imported, hour: 2)
      counters.merge(imported, hostsLoggingTLS: hosts)
      #expect(rows(counters) == expected)
      counters.decide(host)
      #expect(rows(counters) == ["1970-01-01 alice none=2 20"])
    }
  }

  @Test func `failures are added, and the last one stays the last`() {
    var counters = makeCounters([])
    var imported = makeCounters([])
    func fail(_ name: String, _ hour: Int64, _ counters: inout Counters) {
      let bytes = Array(name.utf8)
      let failure = AuthFailure.made(
        at: Timestamp(seconds: hour * 3600),
        client: ClientAddress(ipv4: 1),
        attempts: 3
      )
      counters.record(failure, name: bytes.span)
    }
    fail("eve", 2, &counters)
    fail("mallory", 1, &imported)
    fail("eve", 1, &imported)
    counters.merge(imported, hostsLoggingTLS: [])
    counters.failures.repeatLast(1, at: Timestamp(seconds: 3 * 3600))
    let text = counters.failures.counts.map { key, count in
      "\(counters.failures.shown(key.name)) \(count.failures) \(count.first.seconds / 3600) "
        + "\(count.last.seconds / 3600)"
    }
    #expect(text.sorted() == ["eve 7 1 3", "mallory 3 1 1"])
  }

  @Test func `what another coverage lacks is found, at every pair of small spans`() {
    func coverage(_ bits: Int) -> Coverage {
      Coverage(
        (0..<6).filter { bits >> $0 & 1 == 1 }.map {
          Timestamp(seconds: Int64($0) * 10)...Timestamp(seconds: Int64($0) * 10 + 10)
        }
      )
    }
    var wrong: [String] = []
    for left in 0..<64 {
      for right in 0..<64 {
        let rest = coverage(left).subtracting(coverage(right))
        for place in 0..<6 {
          let isExpected = left >> place & 1 == 1 && right >> place & 1 == 0
          let middle = Timestamp(seconds: Int64(place) * 10 + 5)
          if rest.contains(middle) != isExpected { wrong.append("\(left) \(right) \(place)") }
        }
      }
    }
    #expect(wrong == [])
  }
}
