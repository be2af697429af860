import Counters
import Foundation
import Ingest
import MailLog
import TestSupport
import Testing

/// Logs whose lines name no host, beside syslog's of the same server.
struct HostlessLogTests {
  private let folder: TemporaryFolder
  private let exim: Capture

  init() throws {
    folder = try TemporaryFolder()
    exim = try #require(Capture.all.first { $0.name == "4.96-default" })
  }

  private func pipeline(on host: String) throws -> IngestPipeline {
    let zone = exim.zone
    var options = IngestPipeline.Options(zone: zone) { _ in .init(zone: zone, year: 2026) }
    options.retentionDays = 730
    options.rules.ownHost = Array(host.utf8)
    return try IngestPipeline(options)
  }

  private func takeLive(_ bytes: [UInt8], into pipeline: IngestPipeline) {
    let batch = LineBatch(source: "live", bytes: bytes, end: .journal(cursor: "1"))
    pipeline.take(batch, now: ImportRun.now)
  }

  private func importing(
    _ bytes: [UInt8],
    into pipeline: IngestPipeline
  ) throws -> LogImport.Outcome {
    let file = LogImport.File(path: try folder.write(bytes, to: "import.log"), name: "import")
    return try pipeline.importLogs(
      LogImport(files: [file], logZone: exim.zone, year: 2026),
      now: ImportRun.now,
      today: ImportRun.today
    )
  }

  private func failures(_ pipeline: IngestPipeline) -> UInt64 {
    pipeline.cut(at: ImportRun.now).counters.failures.attempts
  }

  @Test(arguments: [("mainlog.xz", "mail.log.xz"), ("mail.log.xz", "mainlog.xz")])
  func `a server's own log and its syslog count once, whichever is live`(
    live: String,
    imported: String
  ) throws {
    let pipeline = try pipeline(on: "MX1.example.net")
    takeLive(try exim.bytes(live), into: pipeline)
    let (tally, failed) = (Tally(pipeline.cut(at: ImportRun.now).counters), failures(pipeline))
    #expect(failed > 20)
    let outcome = try importing(exim.bytes(imported), into: pipeline)
    #expect(outcome.submissions == 0)
    #expect(outcome.alreadyCounted > 100)
    #expect(Tally(pipeline.cut(at: ImportRun.now).counters).differences(from: tally) == [])
    #expect(failures(pipeline) == failed)
  }

  /// What `smtpd -d` writes in a container is its syslog's messages; the runtime adds the time.
  @Test(arguments: [
    ("6.8.0-debian11", "mail.rfc3339.log.gz"), ("7.6.0-debian13", "mail.log.xz"),
  ])
  func `OpenSMTPD's standard error in a container counts as its syslog`(
    name: String,
    file: String
  ) throws {
    let capture = try #require(Capture.all.first { $0.name == name })
    let lines = try capture.lines(file).map { line in
      let text = String(decoding: line, as: UTF8.self)
      let stamp = String(text.prefix { $0 != " " })
      let message = text.firstRange(of: "]: ").map { String(text[$0.upperBound...]) } ?? ""
      let record = ["log": message + "\n", "stream": "stderr", "time": stamp]
      return try Array(JSONEncoder().encode(record)) + [UInt8(ascii: "\n")]
    }
    let path = try folder.write(Array(lines.joined()), to: "container.log")
    let syslog = try Tally([capture.path(file)], capture.options)
    #expect(syslog.total > 50)
    #expect(try Tally([path], capture.options).differences(from: syslog) == [])
  }

  @Test func `a message that Dovecot tells in its own file, and hands on by XCLIENT, counts once`()
    throws
  {
    let dovecot = """
      Nov 21 10:00:00 submission-login: Info: Login: user=<a@example.org>, method=PLAIN, \
      rip=192.0.2.1, lip=192.0.2.9, mpid=591, TLS, session=<QtVdpc9greF/q1js>
      Nov 21 10:00:01 submission(a@example.org)<591><QtVdpc9greF/q1js>: Info: Successfully relayed \
      message: from=<a@example.org>, size=25, id=HugPDi0, nrcpt=1, reply=`250 2.0.0 Ok: queued as 4F1C82'

      """
    let postfix = """
      Nov 21 10:00:00 mx1 postfix/smtpd[7]: 4F1C82: client=x[192.0.2.1], sasl_method=XCLIENT, \
      sasl_username=a@example.org
      Nov 21 10:00:01 mx1 postfix/qmgr[8]: 4F1C82: from=<a@example.org>, size=99, nrcpt=1 (queue active)

      """
    let paths = try [("dovecot.log", dovecot), ("mail.log", postfix)].map { name, text in
      try folder.write(Array(text.utf8), to: name)
    }
    #expect(try Tally(paths, AnalysisSummary.options).total == 1)
    #expect(try Tally([paths[1]], AnalysisSummary.options).total == 1)
  }

  @Test func `the own log of another machine counts beside this one's`() throws {
    let pipeline = try pipeline(on: "central")
    takeLive(try exim.bytes("mail.log.xz"), into: pipeline)
    let outcome = try importing(exim.bytes("mainlog.xz"), into: pipeline)
    #expect(outcome.alreadyCounted == 0)
    #expect(outcome.submissions > 100)
  }

  @Test func `a server's log is not covered by that of another server on the host`() throws {
    let pipeline = try pipeline(on: "mx1")
    let front = "2026-11-21T21:52"
    let postfix = ["09", "30"].enumerated().map { number, second in
      let client = "client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=a"
      let stamp = "\(front):\(second).000000+01:00 mx1 postfix"
      return "\(stamp)/smtpd[7]: 4AAAA1\(number): \(client)\n"
        + "\(stamp)/qmgr[8]: 4AAAA1\(number): from=<a@x>, size=1, nrcpt=1 (queue active)\n"
    }
    takeLive(Array(postfix.joined().utf8), into: pipeline)
    let outcome = try importing(exim.bytes("mainlog.xz"), into: pipeline)
    #expect(outcome.alreadyCounted == 0)
    #expect(outcome.submissions > 100)
    let again = try importing(exim.bytes("mainlog.xz"), into: pipeline)
    #expect(again.submissions == 0)
  }
}
