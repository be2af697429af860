import Counters
import Ingest
import MailLog
import TestSupport
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
    for (key, message) in last where key.tls != .unknown {
      let account = try #require(counters.names.list.find(shown: key.account))
      let seen = try #require(counters.lastSeen(account, key.tls), "\(key)")
      #expect(seen.client == message.client, "\(key)")
    }
  }
}

extension NameList {
  fileprivate func find(shown name: String) -> NameTable.ID? {
    (0..<NameTable.ID(count)).first { shown($0) == name }
  }
}
