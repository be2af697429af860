import Counters
import Foundation
import MailLog
import Reports
import TestSupport

@testable import HTTPAPI

/// A server on a socket of its own, with counters that are filled by hand.
struct ServedLog: Sendable {
  let folder: TemporaryFolder
  var socketPath: String { folder.path("socket") }
  var published: Published
  private var counters = Counters(zone: .utc, parts: .all)

  init() throws {
    folder = try TemporaryFolder()
    let today = CivilDate("2026-11-21") ?? CivilDate(daysSince1970: 0)
    let time = Timestamp(seconds: 1_795_262_400)
    var status = DaemonStatus(version: "1.2.3", started: time, time: time, zone: .utc)
    var source = SourceStatus(name: "/var/log/mail.log", kind: .file, state: .following)
    source.lagBytes = 0
    source.lagSeconds = 2
    source.lines = 7
    source.lastLine = time
    source.position = "/var/log/mail.log at 4711"
    status.sources = [source]
    status.lines = LineTotals(
      used: 5,
      passedOver: ["delivery": 2],
      dropped: [.sessions: 1]
    )
    status.saved = Timestamp(seconds: 1_795_262_395)
    status.unsavedSince = status.saved
    status.database = DatabaseStatus(path: "/var/lib/submitwatch/db", bytes: 12_288)
    published = Published(
      counters: counters.snapshot,
      generation: 1,
      status: status,
      zone: .utc,
      today: today,
      retentionDays: 90
    )
  }

  /// Three senders, one of them named with a byte that is not UTF-8, and a failure.
  static func sample() throws -> ServedLog {
    var log = try ServedLog()
    log.send("alice@example.org", on: "2026-11-20", messages: 3)
    log.send("alice@example.org", on: "2026-11-21", tls: .tls12)
    log.send("bob", as: "sales@example.net", on: "2026-11-21", tls: .tls10)
    log.send("caf\\xE9@example.org", on: "2026-11-19", tls: .none)
    log.send("old@example.org", on: "2026-09-01")
    log.published.alerts = [
      KeptAlert(.made("alice"), fired: 2),
      KeptAlert(.made("bob", over: true), fired: 1, resolved: 3),
    ]
    log.fail("root", on: "2026-11-21", client: "203.0.113.5")
    return log
  }

  mutating func send(
    _ account: String,
    as sender: String? = nil,
    on day: String,
    tls: TLSVersion = .tls13,
    messages: UInt32 = 1
  ) {
    var terms = NameTable(foldsCase: false)
    let (account, sender) = (unescapedBytes(account), unescapedBytes(sender ?? account))
    var submission = Submission.made(
      at: .on(day),
      account: counters.names.intern(account.span),
      sender: counters.names.intern(sender.span),
      client: ClientAddress("192.0.2.10") ?? .unknown,
      tls: tls,
      messages: messages
    )
    submission.mechanism = terms.intern("PLAIN")
    counters.record(submission)
    counters.details?.record(submission, terms: terms)
    if tls == .none { counters.closePlain(submission) }
    published.counters = counters.snapshot
  }

  mutating func fail(_ name: String, on day: String, client: String) {
    let failure = AuthFailure.made(at: .on(day), client: ClientAddress(client) ?? .unknown)
    let name = Array(name.utf8)
    counters.record(failure, name: name.span)
    published.counters = counters.snapshot
  }

  /// Serves while `body` runs, on a thread of its own: it may block.
  func serve(
    _ options: HTTPServer.Options = .patient,
    importLog: @escaping ImportHandler = { _ in throw ImportRefusal(.busy, "not now") },
    mailReport: @escaping MailReportHandler = { _ in throw MailReportRefusal(.full) },
    alerts: AlertHandlers = .none,
    _ body: @escaping @Sendable (ServedLog) throws -> Void
  ) async throws {
    let published = published
    let socket = try ListeningSocket.binding(socketPath, group: nil)
    defer { socket.close() }
    let handlers = DaemonHandlers(
      published: { published },
      importLog: importLog,
      mailReport: mailReport,
      alerts: alerts
    )
    let server = try HTTPServer(socket.copy(), options, handlers)
    try await withThrowingTaskGroup { group in
      group.addTask { try await server.run() }
      let outcome = await onOwnThread { Result { try body(self) } }
      server.stop()
      try await group.waitForAll()
      try outcome.get()
    }
  }

  /// Asks on a connection of its own.
  func ask(
    _ target: String,
    method: String = "GET",
    _ fields: [String] = [],
    host: String = "localhost",
    body: String = ""
  ) throws -> RawResponse {
    let client = try RawClient(socketPath)
    let lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)"] + fields
    client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try client.readResponse(hasBody: method != "HEAD")
  }
}

extension HTTPLimits {
  /// Limits that end no client of a test only because the machine is busy.
  static var patient: HTTPLimits {
    var limits = HTTPLimits()
    (limits.idle, limits.stalled, limits.linger) = (.seconds(600), .seconds(600), .seconds(600))
    return limits
  }
}

extension HTTPServer.Options {
  static var patient: HTTPServer.Options {
    var options = HTTPServer.Options()
    options.limits = .patient
    return options
  }
}

/// Runs what may block: threads of the system's pools are few, and the server needs them.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: body()) }.start()
  }
}
