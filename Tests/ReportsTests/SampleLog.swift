import Counters
import MailLog
import TestSupport

@testable import Reports

/// Counters that are filled by hand, and the reports about them.
struct SampleLog {
  var counters: Counters
  let zone: ZoneRules

  init(zone: ZoneRules = .utc, foldsCase: Bool = true) {
    self.zone = zone
    counters = Counters(zone: zone, foldsCase: foldsCase)
  }

  /// Counts messages; the last one of a session without TLS is closed too.
  mutating func send(
    _ account: String,
    as sender: String? = nil,
    on day: String,
    hour: Int = 12,
    tls: TLSVersion = .tls13,
    recipients: UInt32? = 1,
    bytes: UInt64? = 1000,
    messages: UInt32 = 1,
    client: String = "192.0.2.10"
  ) {
    let submission = Submission.made(
      at: .on(day, hour),
      account: counters.names.intern(account),
      sender: counters.names.intern(sender ?? account),
      client: ClientAddress(client) ?? .unknown,
      tls: tls,
      recipients: recipients,
      bytes: bytes,
      messages: messages
    )
    counters.record(submission)
    if tls == .none { counters.closePlain(submission) }
  }

  mutating func fail(
    _ name: String,
    on day: String,
    hour: Int = 12,
    client: String,
    attempts: UInt32 = 1
  ) {
    let client = ClientAddress(client) ?? .unknown
    let failure = AuthFailure.made(at: .on(day, hour), client: client, attempts: attempts)
    counters.record(failure, name: Array(name.utf8).span)
  }

  func query(
    _ start: String = "2026-11-15",
    _ end: String = "2026-11-21",
    _ change: (inout ReportQuery) -> Void = { _ in }
  ) -> ReportQuery {
    let first = CivilDate(start) ?? CivilDate(daysSince1970: 0)
    let last = CivilDate(end) ?? CivilDate(daysSince1970: 0)
    var query = ReportQuery(start: first, end: last, zone: zone)
    change(&query)
    return query
  }

  func csv(
    _ view: ReportView,
    _ change: (inout ReportQuery) -> Void = { _ in }
  ) throws -> String {
    try text(view, .csv, query(change))
  }

  func text(
    _ view: ReportView,
    _ format: OutputFormat,
    _ query: ReportQuery,
    _ presentation: Presentation = Presentation()
  ) throws -> String {
    let report = try Output.report(view, from: counters.snapshot, query)
    let bytes = try Output.render(report, as: format, presentation)
    return String(decoding: bytes, as: UTF8.self)
  }

  func query(_ change: (inout ReportQuery) -> Void) -> ReportQuery {
    query("2026-11-15", "2026-11-21", change)
  }
}

extension ReportView {
  /// The views that have a line of CSV for each row.
  static let lists: [ReportView] = [.volume, .tls, .failures, .cutoff, .idle]
}
