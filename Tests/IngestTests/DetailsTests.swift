import Counters
import Foundation
import Ingest
import MailLog
import Reports
import Testing

/// The details of accounts, from the log of every server.
struct DetailsTests {
  /// What the details of all accounts of a log list.
  private struct Listed: Equatable {
    var mechanisms: Set<String> = []
    var versions: Set<String> = []
    var ciphers: Set<String> = []
    var networks: Set<String> = []
  }

  /// The part of the details' JSON that is looked at.
  private struct Details: Decodable {
    struct Client: Decodable {
      var network: String
      var tls: String
      var cipher: String?
    }
    struct Mechanism: Decodable {
      var mechanism: String
    }
    var clients: [Client]
    var mechanisms: [Mechanism]
  }

  @Test(arguments: Capture.all.compactMap(\.plainLog))
  func `the details of its accounts list what a server's log tells`(log: Capture.Log) throws {
    let facts = try ServerFacts.of(log)
    let listed = try listed(log)
    let accepted = try Truth(log.capture).rows.filter {
      ["message", "unconfirmed"].contains($0.ev)
    }
    // Before the log's first sign of TLS it is not known that a session had none.
    let versions = Set(accepted.map { facts.tls.shown(Truth.version($0.tls)).label })
    #expect(listed.versions.union(["unknown"]) == versions.union(["unknown"]))
    #expect(listed.versions.isSuperset(of: versions))
    let mechanisms = facts.mechanism == .nothing ? [] : accepted.compactMap(\.mech)
    #expect(listed.mechanisms == Set(mechanisms.map { $0.uppercased() }))
    #expect(listed.ciphers.isEmpty == (accepted.isEmpty || !facts.tellsCipher))
    // Of a busy account the latest ones are kept.
    let networks = Set(accepted.compactMap { $0.ip.flatMap { ClientAddress($0)?.networkText } })
    #expect(listed.networks.isSubset(of: networks))
    #expect(listed.networks.count >= min(networks.count, 8))
  }

  private func listed(_ log: Capture.Log) throws -> Listed {
    let facts = try ServerFacts.of(log)
    let counters = try counters(log)
    var query = ReportQuery(start: ImportRun.today, end: ImportRun.today, zone: log.capture.zone)
    query.start = query.start.advanced(by: -30)
    var listed = Listed()
    for account in Set(Tally(counters).messages.keys.map(\.account)) {
      let name = escapedText(account.utf8)
      let details = try #require(NameDetails(.account, name, from: counters, query))
      var json = JSONWriter()
      details.writeJSON(to: &json)
      let read = try JSONDecoder().decode(Details.self, from: Data(json.output.bytes))
      listed.versions.formUnion(read.clients.map(\.tls))
      listed.ciphers.formUnion(read.clients.compactMap(\.cipher))
      listed.networks.formUnion(read.clients.map(\.network))
      let mechanisms = read.mechanisms.map(\.mechanism).filter { !$0.isEmpty }
      listed.mechanisms.formUnion(mechanisms.map(facts.mechanismName))
    }
    return listed
  }

  /// What a daemon keeps of the log.
  private func counters(_ log: Capture.Log) throws -> CounterSnapshot {
    let zone = log.capture.zone
    var options = IngestPipeline.Options(zone: zone) { _ in .init(zone: zone, year: 2026) }
    options.retentionDays = 730
    let pipeline = try IngestPipeline(options)
    let files = log.paths.map { LogImport.File(path: $0, name: $0) }
    _ = try pipeline.importLogs(
      LogImport(files: files, logZone: zone, year: 2026),
      now: ImportRun.now,
      today: ImportRun.today
    )
    return pipeline.cut(at: ImportRun.now).counters
  }
}
