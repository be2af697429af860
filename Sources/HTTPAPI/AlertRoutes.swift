import Languages
import MailLog
import Reports

extension Route {
  static let alerts: [Route] = [
    Route(
      path: "/v1/alerts",
      summary: "Alerts, the newest first. Accept-Language says in which language their text is,"
        + " here as in the insight and the details: en, de or nl.",
      parameters: [.alertState, .since, .alertLimit, .cursor],
      mediaTypes: [.json, .csv, .text],
      schema: "Alerts",
      action: .get { call in
        let page = try AlertPage(call)
        switch call.mediaType {
        case .text: return Answer(call) { page.table.write(to: &$0) }
        case .csv: return page.csv(call)
        default: return page.json
        }
      }
    ),
    Route(
      path: "/v1/alerts/stream",
      summary: "What is told of alerts, as Server-Sent Events: `data` is an Alert. Last-Event-ID"
        + " resumes behind an event, 0 begins with the oldest that is kept; without it, or behind"
        + " one that is newer than all, only what is new is sent.",
      mediaTypes: [.eventStream],
      schema: "Alert",
      action: .stream { try AlertStream($0, $1) }
    ),
    Route(
      path: "/v1/alerts/verdict",
      summary: "Says whether what an alert is about was the account's owner.",
      schema: "Alert",
      problems: unknownName,
      action: .post(.json("Judgement")) { try await $0.judgeAlert() }
    ),
    Route(
      path: "/v1/alerts/test",
      summary: "Sends a trial alert through one sink, and tells what came of it.",
      schema: "Trial",
      problems: unknownName,
      action: .post(.json("TrialRequest")) { try await $0.sendTrial() }
    ),
  ]
}

extension Parameter {
  static let alertState = Parameter(
    name: "state",
    kind: .choice(Alert.State.allCases.map(\.rawValue)),
    summary: "Only those that fire, or that are over."
  )
  static let since = Parameter(
    name: "since",
    kind: .instant,
    summary: "Only those that began then or later."
  )
  static let alertLimit = Parameter(
    name: "limit",
    kind: .integer(1...10_000),
    summary: "The most alerts; default: all (25 in a table)."
  )
}

/// The alerts that a request asks for.
private struct AlertPage {
  private let rows: [KeptAlert]
  private let all: (count: Int, firing: Int)
  private let next: String?
  private let zone: ZoneRules
  private let language: Language

  init(_ call: Call) throws(Problem) {
    zone = call.published.zone
    language = call.language
    let zone = zone
    let state = call.items[.alertState].flatMap(Alert.State.init(rawValue:))
    let since = call.items[.since].flatMap { Parameter.instant($0, zone) }
    var rows = call.published.alerts.filter { kept in
      (state == nil || kept.alert.state == state)
        && since.map { kept.alert.started >= $0 } ?? true
    }
    all = (rows.count, rows.count { $0.alert.state == .firing })
    if let cursor = call.items[.cursor] {
      guard let place = Self.place(cursor) else {
        throw .badCursor(cursor)
      }
      rows = rows.filter { $0.place < place }
    }
    let tableLimit = call.mediaType == .text ? ReportQuery.tableLimit : nil
    let limit = call.items[.alertLimit].flatMap(Parameter.integer) ?? tableLimit
    if let limit, rows.count > limit {
      rows = Array(rows.prefix(limit))
      next = rows.last.map(Self.cursor)
    } else {
      next = nil
    }
    self.rows = rows
  }

  /// Behind an alert, whatever has come in front of it since.
  private static func cursor(_ kept: KeptAlert) -> String {
    let (started, fired, id) = kept.place
    return "\(String(started, radix: 36))-\(String(fired, radix: 36))-\(id)"
  }

  private static func place(_ cursor: String) -> (Int64, UInt64, String)? {
    let parts = cursor.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let started = Int64(parts[0], radix: 36),
      let fired = UInt64(parts[1], radix: 36)
    else { return nil }
    return (started, fired, String(parts[2]))
  }

  var json: Answer {
    var json = JSONWriter()
    rows.writeJSON(to: &json, zone, in: language, next: next) { $0.member("timezone", zone.name) }
    return Answer(json)
  }

  func csv(_ call: Call) -> Answer {
    var output = ByteWriter()
    rows.writeCSV(to: &output, zone)
    return Answer(call, output.bytes, next: next)
  }

  var table: AlertTable { AlertTable(rows, of: all, zone) }
}
