import Detection
import Ingest
import MailLog
import Platform
import Storage
import TestSupport
import Testing

@testable import Daemon

/// What the detector finds in a Postfix log, on its way through the daemon's pipeline.
struct PipelineAlertTests {
  /// The wall clock at the end of the log.
  private static let now = Timestamp(seconds: 1_795_305_600 + 8 * 3600)

  private static let options: IngestPipeline.Options = {
    var options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    options.rules.detection = DetectionSettings()
    options.retentionDays = 730
    return options
  }()

  /// Two weeks of two accounts up to 22 November 2026, when one of them is misused.
  private static let log: [UInt8] = {
    var log = RenderedLog()
    for day in 8..<22 {
      for hour in 9..<14 {
        log.send("alice@example.org", from: "192.0.2.\(hour)", day: day, hour: hour, second: 0)
        log.send("bob@example.org", from: "203.0.113.7", day: day, hour: hour, second: 60)
      }
    }
    for index in 0..<30 {
      log.send("alice@example.org", from: "198.51.100.9", day: 22, hour: 3, second: index * 8)
    }
    for index in 0..<90 {
      log.reject("bob@example.org", from: "203.0.113.7", day: 22, hour: 4, second: index * 3)
    }
    log.send("bob@example.org", from: "203.0.113.7", day: 22, hour: 7, second: 0)
    return log.bytes
  }()

  @Test func `alerts come with their batch, with evidence, and end`() throws {
    let found = Locked<[[AlertChange]]>([])
    let pipeline = try IngestPipeline(Self.options) { changes in
      found.withLock { $0.append(changes) }
    }
    pipeline.take(Self.batch(Self.log), now: Self.now)
    let changes = found.withLock { $0 }
    #expect(changes.count == 1)
    let fired = changes.joined().compactMap {
      if case .fired(let alert) = $0 { alert } else { nil }
    }
    #expect(fired.map(\.rule) == [.newNetworks, .rejections])
    #expect(fired.map(\.account) == ["alice@example.org", "bob@example.org"])
    let first = try #require(fired.first)
    #expect(first.clients.map(\.network) == ["198.51.100.0/24"])
    #expect(first.senders == ["alice@example.org"])
    #expect(first.evidence.count == 5)
    #expect(first.evidence.allSatisfy { $0.contains("postfix/qmgr") && $0.contains("nrcpt=1") })
    #expect(fired.last?.evidence.allSatisfy { $0.contains("NOQUEUE: reject: RCPT") } == true)
    // The last message comes hours later: what fired is over.
    #expect(pipeline.alerts.map(\.state) == [.resolved, .resolved])
    let view = try #require(pipeline.view(since: nil))
    #expect(view.alerts == pipeline.alerts)
  }

  @Test func `the clock ends what fires when no line comes`() throws {
    let pipeline = try IngestPipeline(Self.options)
    let lines = Self.log.split(separator: 10).filter { line in
      !line.starts(with: Array("2026-11-22T04".utf8))
        && !line.starts(with: Array("2026-11-22T07".utf8))
    }
    let log = lines.map { $0 + [10] }.joined()
    pipeline.take(Self.batch(Array(log)), now: Self.now)
    #expect(pipeline.alerts.map(\.state) == [.firing])
    let before = pipeline.view(since: nil)?.generation
    pipeline.tick(now: Self.now)
    #expect(pipeline.alerts.map(\.state) == [.resolved])
    #expect(pipeline.hasChanged(since: before))
  }

  @Test(arguments: 0..<8)
  func `the same alerts come, wherever the daemon is killed`(seed: UInt64) throws {
    let ends = [0] + Self.log.indices.filter { Self.log[$0] == 10 }.map { $0 + 1 }
    var whole = try PipelineProgram(Self.log, ends: ends, options: Self.options, seed: 0)
    _ = try whole.run(restarting: false)
    let expected = whole.pipeline.alerts
    #expect(expected.count == 2)
    var program = try PipelineProgram(Self.log, ends: ends, options: Self.options, seed: seed)
    _ = try program.run(restarting: true)
    #expect(program.pipeline.alerts == expected)
  }

  @Test func `a verdict is saved, and a restart knows it`() throws {
    let pipeline = try IngestPipeline(Self.options)
    pipeline.take(Self.batch(Self.log), now: Self.now)
    let id = try #require(pipeline.alerts.last?.id)
    let before = pipeline.view(since: nil)?.generation
    #expect(pipeline.verdict(.compromised, on: id)?.verdict == .compromised)
    #expect(pipeline.verdict(.compromised, on: "nonsense") == nil)
    #expect(pipeline.hasChanged(since: before))
    #expect(pipeline.alerts.last?.verdict == .compromised)
    let folder = try TemporaryFolder()
    var store = try SnapshotStore(path: folder.path("counts.db"))
    try store.save(pipeline.cut(at: Self.now))
    let loaded = try #require(try store.load(into: Self.options.emptyCounters))
    let restarted = try IngestPipeline(Self.options, from: loaded)
    #expect(restarted.alerts == pipeline.alerts)
  }

  @Test func `an import teaches, and raises no alert`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.log, to: "old.log")
    let pipeline = try IngestPipeline(Self.options) { _ in Issue.record("an alert") }
    let logs = LogImport(files: [.init(path: path, name: "old.log")], logZone: .utc)
    let today = try #require(CivilDate("2026-11-23"))
    _ = try pipeline.importLogs(logs, now: Timestamp(seconds: 1_795_400_000), today: today)
    #expect(pipeline.alerts.isEmpty)
    // The network of the misuse is known by now, and its record learnt.
    var later = RenderedLog()
    for index in 0..<20 {
      later.send("alice@example.org", from: "198.51.100.9", day: 23, hour: 3, second: index * 8)
    }
    pipeline.take(Self.batch(later.bytes), now: Timestamp(seconds: 1_795_406_400))
    #expect(pipeline.alerts.isEmpty)
  }

  @Test(arguments: 0..<4)
  func `mail that bounces is an alert, wherever the daemon is killed`(seed: UInt64) throws {
    var log = RenderedLog()
    for index in 0..<40 {
      let client = "192.0.2.\(index)"
      log.send("carol@example.org", from: client, day: 22, hour: 3, second: index, bounces: 2)
    }
    // What nobody logged in for.
    for index in 0..<90 { log.bounce("4Fc\(100_000 + index)z", day: 22, hour: 3, second: 50) }
    let ends = [0] + log.bytes.indices.filter { log.bytes[$0] == 10 }.map { $0 + 1 }
    var options = Self.options
    options.rules.detection?.volume = false
    var program = try PipelineProgram(log.bytes, ends: ends, options: options, seed: seed)
    _ = try program.run(restarting: seed > 0)
    let alert = try #require(program.pipeline.alerts.first)
    #expect(program.pipeline.alerts.count == 1)
    #expect(alert.rule == .rejections)
    #expect(alert.account == "carol@example.org")
    #expect(alert.count == 72)
    #expect(alert.evidence.last?.contains("status=bounced (host said: 550") == true)
    #expect(
      alert.text.hasPrefix(
        "Mail of carol@example.org was refused or bounced 72 times in 10 minutes; before today"
      )
    )
  }

  private static func batch(_ bytes: [UInt8]) -> LineBatch {
    LineBatch(source: "/var/log/mail.log", bytes: bytes, end: .journal(cursor: "1"))
  }
}

/// A log as Postfix writes it, message by message.
private struct RenderedLog {
  private(set) var bytes: [UInt8] = []
  private var number = 0

  /// `bounces`: that many recipients do not exist.
  mutating func send(
    _ account: String,
    from client: String,
    day: Int,
    hour: Int,
    second: Int,
    bounces: Int = 0
  ) {
    number += 1
    let id = "4Fb\(String(100_000 + number))z"
    let stamp = Self.stamp(day, hour, second)
    add(
      """
      \(stamp) mx postfix/smtpd[7]: connect from unknown[\(client)]
      \(stamp) mx postfix/smtpd[7]: \(id): client=unknown[\(client)], sasl_method=PLAIN, sasl_username=\(account)
      \(stamp) mx postfix/cleanup[8]: \(id): message-id=<\(id)@example.org>
      \(stamp) mx postfix/qmgr[9]: \(id): from=<\(account)>, size=500, nrcpt=\(max(1, bounces)) (queue active)
      \(stamp) mx postfix/smtpd[7]: disconnect from unknown[\(client)] ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6

      """
    )
    for _ in 0..<bounces { bounce(id, day: day, hour: hour, second: second) }
    add("\(stamp) mx postfix/qmgr[9]: \(id): removed\n")
  }

  mutating func bounce(_ id: String, day: Int, hour: Int, second: Int) {
    let fate = "dsn=5.1.1, status=bounced (host said: 550 5.1.1 no such user)"
    add(
      "\(Self.stamp(day, hour, second)) mx postfix/smtp[6]: \(id): to=<x@y>, relay=z, \(fate)\n"
    )
  }

  mutating func reject(_ account: String, from client: String, day: Int, hour: Int, second: Int) {
    let stamp = Self.stamp(day, hour, second)
    add(
      """
      \(stamp) mx postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[\(client)]: 554 5.7.1 <x@example.com>: Relay access denied; from=<\(account)> to=<x@example.com> proto=ESMTP helo=<x> sasl_method=PLAIN sasl_username=\(account)

      """
    )
  }

  private mutating func add(_ text: String) { bytes += Array(text.utf8) }

  private static func stamp(_ day: Int, _ hour: Int, _ second: Int) -> String {
    "2026-11-\(digits(day, 2))T\(digits(hour + second / 3600, 2)):\(digits(second / 60 % 60, 2)):"
      + "\(digits(second % 60, 2))Z"
  }
}
