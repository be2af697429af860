import Foundation
import Ingest
import MailLog
import TestSupport
import Testing

/// The counts of real logs against what the clients of these runs saw.
struct CorpusTests {
  @Test(arguments: [
    ("postfix", 5, 21), ("exim", 3, 18), ("sendmail", 3, 15), ("opensmtpd", 3, 15),
    ("dovecot", 3, 12), ("courier", 1, 4), ("qpsmtpd", 1, 5),
  ])
  func `the fixtures hold runs of each server in every framing`(
    server: String,
    runs: Int,
    logs: Int
  ) {
    let captures = Capture.all.filter { $0.server == server }
    #expect(captures.count >= runs)
    #expect(captures.flatMap(\.logs).count >= logs)
  }

  @Test(arguments: Capture.all.flatMap(\.logs))
  func `a log in any framing counts exactly the messages that its clients saw accepted`(
    log: Capture.Log
  ) throws {
    let truth = try Truth(log.capture)
    // The clients that dropped the connection behind the final dot: the logs have their messages.
    let expected = try truth.accepted(by: log) + truth.unconfirmed(by: log)
    var counted = try Tally(log.paths, log.capture.options)
    if try ServerFacts.of(log).recipients == .shortLines { counted.removeRecipients() }
    #expect(counted.differences(from: expected) == [])
    #expect(counted.total == expected.total)
  }

  @Test(arguments: Capture.all.flatMap(\.logs))
  func `the events of a log are the messages that are counted`(log: Capture.Log) throws {
    var listed: [String: UInt64] = [:]
    var listing = try EventListing(paths: log.paths, options: log.capture.options)
    let damaged = try listing.run(
      EventListing.Sink { event in
        guard event.kind == .submission, let account = event.account, let sender = event.sender
        else { return }
        let day = event.time.prefix(10)
        listed["\(log.isInUTC ? "" : day) \(account) \(sender) \(event.tls.label)", default: 0] += 1
      }
    )
    #expect(damaged.isEmpty)
    var counted: [String: UInt64] = [:]
    for (key, count) in try Tally(log.paths, log.capture.options).messages {
      let sender = key.sender.isEmpty ? "<>" : escapedText(key.sender.utf8)
      let day = log.isInUTC ? "" : key.day.text
      let name = "\(day) \(escapedText(key.account.utf8)) \(sender) \(key.tls.label)"
      counted[name, default: 0] += count
    }
    #expect(listed == counted)
  }

  @Test func `the files of a rotated log are read in the order of their time`() throws {
    let rotated = try #require(
      Capture.all.compactMap(\.plainLog).first { $0.files.count > 1 }
    )
    let options = rotated.capture.options
    let inOrder = try Tally(rotated.paths, options)
    #expect(try Tally(rotated.paths.reversed(), options) == inOrder)
    #expect(inOrder.total > 0)
  }

  @Test func `of files that begin in one second the one that was written last comes last`() throws {
    let folder = try TemporaryFolder()
    let lines = [
      "STARTTLS=server, relay=x [192.0.2.1], version=TLSv1.2, verify=NO, cipher=X, bits=256/256",
      "AUTH=server, relay=x [192.0.2.1], authid=anna, mech=PLAIN, bits=0",
      "6AM5XsU6000186: from=<a@example.org>, size=15, class=0, nrcpts=1, msgid=<m@example.org>, "
        + "proto=ESMTPSA, daemon=MSA, relay=x [192.0.2.1]",
    ].map { Array("Nov 20 10:00:00 mx1 sm-mta[186]: \($0)\n".utf8) }
    let files = try lines.enumerated().map { number, line in
      let path = try folder.write(line, to: "mail.log.\(number)")
      let age = Date(timeIntervalSince1970: 1_795_536_000 + Double(number))
      try FileManager.default.setAttributes([.modificationDate: age], ofItemAtPath: path)
      return path
    }
    let options = LogAnalysis.Options(now: Timestamp(seconds: 1_795_540_000))
    let keys = try Tally(files.reversed(), options).messages.keys
    #expect(keys.map(\.account) == ["anna"])
    #expect(keys.map(\.tls) == [.tls12])
  }
}

extension Capture.Log {
  /// The journal keeps UTC, whatever zone the host runs in.
  var isInUTC: Bool { files.contains { $0.hasPrefix("journal.") } }
}
