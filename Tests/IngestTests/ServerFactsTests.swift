import Foundation
import Ingest
import MailLog
import TestSupport
import Testing

/// What the README says of each server's log, against what the clients did.
struct ServerFactsTests {
  @Test func `the README's table is what the tests check`() throws {
    let readme = URL(fileURLWithPath: Fixtures.folder).appendingPathComponent("../../../README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    let expected = ServerFacts.table
    let lines = text.components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: expected[0]), "the README has no such table")
    let found = Array(lines[start...].prefix { $0.hasPrefix("|") })
    #expect(found == expected, "the table should read\n\(expected.joined(separator: "\n"))")
  }

  @Test func `each row of the table has a run that shows it`() throws {
    var shown: Set<String> = []
    for log in Capture.all.flatMap(\.logs) { shown.insert(try ServerFacts.of(log).log) }
    #expect(ServerFacts.all.map(\.log).filter { !shown.contains($0) } == [])
  }

  @Test(arguments: Capture.all.flatMap(\.logs))
  func `a log tells what the table says, and nothing that it denies`(log: Capture.Log) throws {
    let facts = try ServerFacts.of(log)
    var found: [String: Int] = [:]
    try forEachSubmission(of: log) { event in
      let mechanism = event.mechanism.map(facts.mechanismName) ?? "no mechanism"
      found["\(event.account ?? "") \(mechanism)", default: 0] += 1
      let hasTLS = event.tls != .none && event.tls != .unknown
      #expect((event.cipher != nil) == (hasTLS && facts.tellsCipher))
      if facts.recipients != .shortLines {
        #expect((event.recipients != nil) == (facts.recipients == .all))
      }
      #expect(event.bytes != nil)
      #expect(!event.client.isUnknown)
    }
    var expected: [String: Int] = [:]
    for row in try Truth(log.capture).rows where ["message", "unconfirmed"].contains(row.ev) {
      let mechanism = facts.mechanism == .nothing ? nil : row.mech?.uppercased()
      let account = escapedText(Array(facts.account(row.login ?? "").utf8))
      expected["\(account) \(mechanism ?? "no mechanism")", default: 0] += 1
    }
    let names = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }
    #expect(names.sorted().map { "\($0): \(found[$0] ?? 0), not \(expected[$0] ?? 0)" } == [])
  }

  private func forEachSubmission(
    of log: Capture.Log,
    _ body: @escaping (LoggedEvent) -> Void
  ) throws {
    var listing = try EventListing(paths: log.paths, options: log.capture.options)
    _ = try listing.run(
      EventListing.Sink { event in
        if event.kind == .submission { body(event) }
      }
    )
  }
}
