import Counters
import Foundation
import Ingest
import MailLog
import Testing

/// When and from where each account last sent at each TLS version, in every server's log.
struct LastSeenTests {
  private struct Key: Hashable {
    var account: String
    var tls: TLSVersion
  }

  @Test(arguments: Capture.all.compactMap(\.plainLog))
  func `the last message of an account at a version is known`(log: Capture.Log) throws {
    var last: [Key: (time: String, client: ClientAddress)] = [:]
    var listing = try EventListing(paths: log.paths, options: log.capture.options)
    _ = try listing.run(
      EventListing.Sink { event in
        guard event.kind == .submission, let account = event.account else { return }
        let key = Key(account: account, tls: event.tls)
        // All of one log have the same precision and, in these, the same zone.
        if let known = last[key], known.time > event.time { return }
        last[key] = (event.time, event.client)
      }
    )
    let counters = try LogAnalysis(paths: log.paths, options: log.capture.options).run().counters
    #expect(!last.isEmpty || log.capture.name == "6.8.0-debian12")
    for (key, message) in last where key.tls != .unknown {
      let account = try #require(counters.names.list.find(shown: key.account))
      let seen = try #require(counters.lastSeen(account, key.tls), "\(key)")
      #expect(seen.time.seconds == (try seconds(message.time)), "\(key)")
      #expect(seen.client == message.client, "\(key)")
    }
  }

  /// `2026-11-21T20:52:12.268169+01:00`, since 1970, without the fraction.
  private func seconds(_ time: String) throws -> Int64 {
    let text = time.replacing(/\.[0-9]+/, with: "")
    return Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
  }
}

extension NameList {
  fileprivate func find(shown name: String) -> NameTable.ID? {
    (0..<NameTable.ID(count)).first { shown($0) == name }
  }
}
