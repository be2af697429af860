import Counters
import Ingest
import MailLog
import Testing

/// One failed AUTH of a run, as `auth-failures.tsv` lists them: made from the log line by line,
/// without this program, and looked through by people.
private struct Failure: Hashable, CustomStringConvertible {
  var client: String
  var mechanism: String
  var reason: String
  var account: String

  var description: String { "\(client) \(mechanism) \(reason) '\(account)'" }
}

/// AUTH that failed in real logs, against a list, and the list against what the clients saw.
struct FailedAuthTests {
  /// What the list says; a line of it has time, client, mechanism, reason and login.
  private func list(_ capture: Capture, isInJournal: Bool = false) throws -> [Failure] {
    try capture.lines("auth-failures.tsv").map { line in
      let fields = line.split(
        separator: UInt8(ascii: "\t"),
        maxSplits: 4,
        omittingEmptySubsequences: false
      )
      try #require(fields.count == 5)
      let texts = fields[1...3].map { String(decoding: $0, as: UTF8.self) }
      let escape = ServerFacts.escape(of: capture.server)
      let written = isInJournal ? Self.withoutSyslogEscapes(fields[4]) : Array(fields[4])
      var login = escape.undone(written).map(asciiLowercased)
      // journald takes blanks off the end of a message, which is the login's at Postfix.
      while isInJournal, capture.server == "postfix", login.last == UInt8(ascii: " ") {
        login.removeLast()
      }
      let account = ServerFacts.comparable(escapedText(login), of: capture.server)
      return Failure(
        client: texts[0],
        mechanism: texts[1].uppercased(),
        reason: texts[2],
        account: account
      )
    }
  }

  /// What the syslog daemon writes as `#015` is a carriage return in the journal.
  private static func withoutSyslogEscapes(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = text
    while let first = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if first == UInt8(ascii: "#"), digits.utf8.count == 3,
        let control = UInt8(digits, radix: 8), control < 32
      {
        plain.append(control)
        rest = rest.dropFirst(3)
      } else {
        plain.append(first)
      }
    }
    return plain
  }

  private func listed(_ log: Capture.Log) throws -> [Failure] {
    var failures: [Failure] = []
    var listing = try EventListing(paths: log.paths, options: log.capture.options)
    _ = try listing.run(
      EventListing.Sink { event in
        guard event.kind == .authFailure else { return }
        let failure = Failure(
          client: event.client.text,
          mechanism: event.mechanism?.uppercased() ?? "",
          reason: event.reason?.label ?? "",
          account: ServerFacts.comparable(event.account ?? "", of: log.capture.server)
        )
        failures += repeatElement(failure, count: Int(event.attempts))
      }
    )
    return failures
  }

  @Test(arguments: Capture.all.flatMap(\.logs))
  func `a log in any framing yields every failed AUTH`(log: Capture.Log) throws {
    let (found, expected) = try (
      listed(log), list(log.capture, isInJournal: log.isInUTC)
    )
    if try log.isInUTC || ServerFacts.of(log).gathersFailures {
      // The journal has lines of two processes in another order than the syslog daemon.
      #expect(found.map(\.description).sorted() == expected.map(\.description).sorted())
    } else {
      #expect(found == expected)
    }
  }

  @Test(arguments: Capture.all.flatMap(\.logs))
  func `failed AUTH is counted by login and network`(log: Capture.Log) throws {
    let result = try LogAnalysis(paths: log.paths, options: log.capture.options).run()
    let failures = result.counters.failures
    var counted: [String: UInt64] = [:]
    for (key, count) in failures.counts {
      let name = ServerFacts.comparable(failures.shown(key.name), of: log.capture.server)
      counted["\(name) \(key.network.networkText)", default: 0] += count.failures
    }
    var expected: [String: UInt64] = [:]
    for failure in try list(log.capture, isInJournal: log.isInUTC) {
      let name = failure.account.isEmpty ? "(unknown)" : failure.account
      let network = ClientAddress(failure.client)?.networkText ?? "(unknown)"
      expected["\(name) \(network)", default: 0] += 1
    }
    let names = Set(counted.keys).union(expected.keys)
    let differences = names.filter { counted[$0] != expected[$0] }.sorted()
    #expect(differences.map { "\($0): \(counted[$0] ?? 0), not \(expected[$0] ?? 0)" } == [])
  }

  @Test(arguments: Capture.all)
  func `the failures that a log does not show are those that its server does not log`(
    capture: Capture
  ) throws {
    let facts = try ServerFacts.of(capture)
    var unseen = try list(capture).map { failure in
      "\(failure.client) \(facts.mechanismName(failure.mechanism.lowercased()))"
    }
    let isSilent = { (row: Truth.Row) in facts.unloggedFailures.contains(row.reason ?? "") }
    let rows = try Truth(capture).failures
    var remainder: [String: Int] = [:]
    for row in rows.filter({ !isSilent($0) }) + rows.filter(isSilent) {
      let client = "\(row.ip ?? "") "
      let mechanism = row.mech?.uppercased() ?? ""
      // A line that gathers failures names the last one's mechanism.
      let gathered = facts.gathersFailures ? unseen.firstIndex { $0.hasPrefix(client) } : nil
      let exact = unseen.firstIndex(of: client + mechanism) ?? unseen.firstIndex(of: client)
      if let found = exact ?? gathered {
        unseen.remove(at: found)
      } else if row.reason != "unexpected" {
        // Those that surprised the client are in the log of only some servers.
        remainder[row.reason ?? "(none)", default: 0] += 1
      }
    }
    // Clients that only tried what the server would say.
    for row in try Truth(capture).rows where row.ev == "probe" {
      if let found = unseen.firstIndex(where: { $0.hasPrefix("\(row.ip ?? "") ") }) {
        unseen.remove(at: found)
      }
    }
    let reasons = remainder.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
    print("\(capture): AUTH that failed without a line in the log: \(reasons)")
    #expect(unseen == [], "a line for each failure, and no other")
    #expect(remainder.keys.allSatisfy(facts.unloggedFailures.contains))
    #expect(remainder.values.reduce(0, +) > 0 || !rows.contains(where: isSilent))
  }
}
