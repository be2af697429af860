import Alerts
import Counters
import Detection
import Foundation
import HTTPAPI
import Ingest
import Languages
import MailLog
import Platform
import Reports
import Settings
import Storage
import TestSupport

@testable import Daemon
@testable import HTTPAPI

/// What a daemon does with its database: a day that leaves one behind, and one that begins with it.
struct DaemonLife {
  /// The wall clock between the two days.
  private static let noon = Timestamp(seconds: 1_795_348_800)
  private static let zone = ZoneRules.utc

  /// The logs that are read, by the names of their sources.
  private let logs: [(name: String, bytes: [UInt8])]
  private let old: String

  /// `folder` takes what is imported.
  init(_ folder: TemporaryFolder) throws {
    let names = [
      "postfix/auth-failures.log", "postfix/client-lines.log", "postfix/held-and-given-up.log",
      "postfix/before-queue-filter.log", "postfix/refused-3.10.log", "postfix/queue-3.6.log",
      "exim/syslog.log", "exim/repetitions.log", "exim/arrivals.log",
      "sendmail/sessions-8.17.log", "sendmail/auth-failures.log", "opensmtpd/sessions-7.6.log",
      "dovecot/failures-2.3.log", "dovecot/handed-on-to-postfix.log", "courier/messages-1.0.log",
      "qpsmtpd/syslog-0.94.log",
    ]
    logs = try names.map { ($0, try Fixtures.bytes($0)) } + [("own", Self.ownLog)]
    old = try folder.write(try Fixtures.bytes("postfix/tls-lines-3.12.log"), to: "old.log")
  }

  private static var options: IngestPipeline.Options {
    var options = IngestPipeline.Options(zone: zone) { name in
      IngestPipeline.StampDefaults(zone: zone, year: name.hasPrefix("exim") ? 2026 : nil)
    }
    var detection = DetectionSettings()
    detection.cap.tenMinutes = 15
    detection.cap.day = 40
    options.rules.detection = detection
    options.rules.ownHost = Array("mx".utf8)
    return options
  }

  /// An account that is misused today, behind failed logins, and whose mail bounces.
  private static var ownLog: [UInt8] {
    var lines: [String] = []
    func send(_ account: String, _ client: String, _ stamp: String) {
      let (id, from) = ("4Fb\(100_000 + lines.count)z", "unknown[\(client)]")
      lines += [
        "smtpd[7]: connect from \(from)",
        "smtpd[7]: \(id): client=\(from), sasl_method=PLAIN, sasl_username=\(account)",
        "qmgr[9]: \(id): from=<\(account)>, size=500, nrcpt=3 (queue active)",
        "smtp[6]: \(id): to=<x@y>, relay=z, dsn=5.1.1, status=bounced (host said: 550 5.1.1 no)",
        "smtpd[7]: disconnect from \(from) ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6",
      ].map { "\(stamp) mx postfix/\($0)" }
    }
    for day in 13..<21 {
      for hour in 9..<12 {
        send("alice@example.org", "192.0.2.7", "2026-11-\(day)T\(digits(hour, 2)):00:00Z")
      }
    }
    for index in 0..<48 {
      let stamp = "2026-11-22T\(index < 40 ? "11" : "12"):\(digits(index, 2)):00Z"
      if index < 30 {
        lines.append(
          "\(stamp) mx postfix/smtpd[7]: warning: unknown[203.0.\(index % 4).7]: SASL PLAIN "
            + "authentication failed: authentication failure, sasl_username=alice@example.org"
        )
      } else {
        for _ in 0..<3 { send("alice@example.org", "198.51.100.\(index)", stamp) }
      }
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  // MARK: The first day

  func begin(at path: String) throws {
    let found = Locked<[AlertChange]>([])
    let pipeline = try IngestPipeline(Self.options) { changes in
      found.withLock { $0 += changes }
    }
    take(0, pipeline)
    pipeline.take(
      LineBatch(source: "journal", bytes: [10], end: .journal(cursor: "s=1")),
      now: Self.noon
    )
    let today = CivilDate(daysSince1970: 20_779)
    _ = try pipeline.importLogs(
      LogImport(files: [.init(path: old, name: "old.log")], logZone: Self.zone),
      now: Self.noon,
      today: today
    )
    pipeline.turn(today: today)
    if let id = pipeline.alerts.last?.id { _ = pipeline.verdict(.legitimate, on: id) }
    var store = try SnapshotStore(path: path)
    let cut = pipeline.cut(at: Self.noon)
    try store.save(cut, told(found.withLock { $0 }))
    var reports = ReportChange()
    reports.due = [
      DueReport(
        number: 1,
        recipient: "a@example.org",
        start: today.advanced(by: -7),
        end: today,
        domain: nil,
        language: "en"
      )
    ]
    reports.schedules = ["weekly weekly 0 0": today.advanced(by: -9)]
    try store.save(reports)
  }

  private func told(_ changes: [AlertChange]) -> OutboxChange {
    var book = AlertBook()
    var change = OutboxChange()
    for found in changes {
      for event in book.accept(found, now: Self.noon) {
        change.due.append(DueDelivery(sink: "mail", alert: event.alert.id, event: event.number))
      }
    }
    if let first = book.alerts.values.min(by: { $0.place < $1.place }) {
      _ = book.judge(first.alert, AlertJudgement(.compromised, note: "x", user: 0, time: Self.noon))
    }
    change.kept = book.alerts.values.sorted { $0.place < $1.place }
    return change
  }

  /// Reads one half of the logs.
  private func take(_ half: Int, _ pipeline: IngestPipeline) {
    for (name, bytes) in logs {
      let middle = bytes[..<(bytes.count * 3 / 4)].lastIndex(of: 10).map { $0 + 1 } ?? 0
      let part = half == 0 ? bytes[..<middle] : bytes[middle...]
      let position = FilePosition(
        path: name,
        device: 1,
        inode: 2,
        offset: Int64(half == 0 ? middle : bytes.count),
        hashedCount: 9,
        hash: 1
      )
      pipeline.take(
        LineBatch(source: name, bytes: Array(part), end: .file(position)),
        now: Timestamp(seconds: Self.noon.seconds + Int64(half) * 3600)
      )
    }
  }

  // MARK: The second day

  /// Goes on with a database as far as it can; the messages of what is refused.
  func goOn(at path: String) throws -> [String] {
    do {
      var store = try SnapshotStore(path: path)
      let (pipeline, changes) = try restored(&store)
      try goOn(pipeline)
      try answer(pipeline, store.loadAlerts())
      let told = book(try store.loadAlerts(), changes.withLock { $0 })
      let reports = look(try store.loadReports())
      try store.save(pipeline.cut(at: Self.noon), told)
      try store.save(reports)
    } catch let error as StorageError {
      return [error.description]
    }
    // What was taken once is not refused the next time.
    var store = try SnapshotStore(path: path)
    _ = try restored(&store)
    _ = try (store.loadAlerts(), store.loadReports())
    return []
  }

  private func restored(
    _ store: inout SnapshotStore
  ) throws -> (IngestPipeline, Locked<[AlertChange]>) {
    let path = store.path
    let loaded = try store.load(into: Self.options.emptyCounters)
    let changes = Locked<[AlertChange]>([])
    do {
      let pipeline = try IngestPipeline(Self.options, from: loaded) { found in
        changes.withLock { $0 += found }
      }
      return (pipeline, changes)
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private func goOn(_ pipeline: IngestPipeline) throws {
    take(1, pipeline)
    pipeline.tick(now: Timestamp(seconds: Self.noon.seconds + 7200))
    for alert in pipeline.alerts { _ = pipeline.verdict(.compromised, on: alert.id) }
    _ = try? pipeline.importLogs(
      LogImport(files: [.init(path: old, name: "old.log")], logZone: Self.zone),
      now: Self.noon,
      today: CivilDate(daysSince1970: 20_779)
    )
    pipeline.tick(now: Timestamp(seconds: Self.noon.seconds + 90_000))
    pipeline.turn(today: CivilDate(daysSince1970: 20_781))
  }

  /// Asks all that can be asked.
  private func answer(_ pipeline: IngestPipeline, _ kept: StoredOutbox) throws {
    guard let view = pipeline.view(since: nil) else { return }
    var status = DaemonStatus(
      version: "1",
      started: Self.noon,
      time: Self.noon,
      zone: Self.zone
    )
    status.alerts.note(view.detection)
    status.lines = LineTotals(view)
    var published = Published(
      counters: view.counters,
      generation: 1,
      status: status,
      zone: Self.zone,
      today: CivilDate(daysSince1970: 20_779),
      retentionDays: 90
    )
    published.alerts = kept.kept + view.alerts.map { KeptAlert($0, fired: 0) }
    for route in Route.all {
      guard case .get(let action) = route.action else { continue }
      for query in queries(route.path, view.counters.names) {
        do {
          let call = Call(
            published: published,
            items: try QueryItems(query, route.parameters),
            mediaType: .json,
            presentation: Presentation(),
            language: .german,
            path: route.path,
            connections: ConnectionCounts(open: 1, refused: 0, displaced: 0)
          )
          _ = try action(call)
        } catch is Problem {
          // Who never sent is not known.
        }
      }
    }
  }

  private typealias Query = [(name: String, value: String)]

  private func queries(_ path: String, _ names: NameList) -> [Query] {
    let days: Query = [("start", "2026-09-01"), ("end", "2026-11-22")]
    let some = (0..<UInt32(min(names.count, 8))).map { names.shown($0) }
    return switch path {
    case "/v1/sender": some.map { [("address", $0)] }
    case "/v1/account": some.map { [("name", $0)] }
    case "/v1/report/volume", "/v1/report/tls", "/v1/failures":
      [days, days + [("per-day", "true")]]
    case "/v1/insight", "/v1/idle": [[("days", "60")]]
    default: [[]]
    }
  }

  private func book(_ loaded: StoredOutbox, _ changes: [AlertChange]) -> OutboxChange {
    var book = AlertBook(loaded.kept)
    _ = book.events(after: 5)
    var change = OutboxChange()
    for found in changes {
      for event in book.accept(found, now: Self.noon) {
        change.due.append(DueDelivery(sink: "mail", alert: event.alert.id, event: event.number))
      }
    }
    for kept in loaded.kept {
      _ = book.judge(
        kept.alert,
        AlertJudgement(.legitimate, note: "", user: 0, time: Self.noon)
      )
    }
    change.kept = Array(book.alerts.values)
    _ = book.trim(before: Timestamp(seconds: Self.noon.seconds - 86_400))
    return change
  }

  private func look(_ loaded: ReportChange) -> ReportChange {
    let weekly = ScheduledReport(
      name: "weekly",
      ReportSchedule(.weekly(weekday: 0), minutes: 0),
      to: ["a@example.org"]
    )
    var book = ReportBook([weekly], in: Self.zone, loaded)
    let (change, _) = book.due(at: Timestamp(seconds: Self.noon.seconds + 90_000))
    book.accept(change)
    return change
  }
}
