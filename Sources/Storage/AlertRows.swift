import Counters
import Foundation
import GRDB
import MailLog

// Alerts and their outbox as rows.

extension OutboxChange {
  func save(in db: Database) throws {
    for id in removed {
      for (table, column) in [("told", "id"), ("judgement", "alert"), ("outbox", "alert")] {
        try db.run("DELETE FROM \(table) WHERE \(column) = ?", [id])
      }
    }
    for kept in kept { try kept.save(in: db) }
    for delivery in due {
      try db.run(
        """
        INSERT OR REPLACE INTO outbox (sink, alert, event, rest, refusal) VALUES (?, ?, ?, ?, ?)
        """,
        delivery.columns + [delivery.rest?.joined(separator: " "), delivery.refusal]
      )
    }
    for delivery in done {
      try db.run(
        "DELETE FROM outbox WHERE sink = ? AND alert = ? AND event = ?",
        delivery.columns
      )
    }
  }
}

extension DueDelivery {
  fileprivate var columns: StatementArguments { [sink, alert, Int64(bitPattern: event)] }

  static func all(in db: Database) throws -> [DueDelivery] {
    let select = "SELECT sink, alert, event, rest, refusal FROM outbox ORDER BY event"
    return try StoredRow.all(select, of: "alerts to be told", in: db).map { row in
      try DueDelivery(
        sink: row.value("sink"),
        alert: row.value("alert"),
        event: row.ordinal("event"),
        rest: row.value("rest", as: String?.self)?.split(separator: " ").map(String.init),
        refusal: row.value("refusal")
      )
    }
  }
}

extension KeptAlert {
  fileprivate func save(in db: Database) throws {
    var details = PackedWriter()
    alert.write(detailsTo: &details, as: .told)
    try db.run(
      """
      INSERT OR REPLACE INTO told (
        id, fired, resolved, replaced_by, rule, severity, state, account, started, updated, ended,
        window_seconds, count, expected, score, text, details
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        alert.id, Int64(bitPattern: fired), resolved.map { Int64(bitPattern: $0) },
        replacedBy, alert.rule.rawValue, alert.severity.rawValue, alert.state.rawValue,
        alert.account,
        alert.started.nanoseconds, alert.updated.nanoseconds, alert.ended?.nanoseconds,
        alert.windowSeconds, Int64(bitPattern: alert.count), alert.expected, alert.score,
        alert.text, Data(details.bytes),
      ]
    )
    guard let judgement else { return }
    try db.run(
      """
      INSERT OR REPLACE INTO judgement (alert, time, verdict, note, user) VALUES (?, ?, ?, ?, ?)
      """,
      [
        alert.id, judgement.time.nanoseconds, judgement.verdict.rawValue, judgement.note,
        Int64(judgement.user),
      ]
    )
  }

  static func all(in db: Database) throws -> [KeptAlert] {
    var judgements: [String: AlertJudgement] = [:]
    let said = "SELECT alert, time, verdict, note, user FROM judgement ORDER BY time"
    for row in try StoredRow.all(said, of: part, in: db) {
      guard let verdict = AlertVerdict(rawValue: try row.value("verdict")) else { throw damage }
      judgements[try row.value("alert")] = AlertJudgement(
        verdict,
        note: try row.value("note"),
        user: try row.value("user"),
        time: try row.time("time")
      )
    }
    return try StoredRow.all("SELECT * FROM told ORDER BY fired", of: part, in: db).map { row in
      let alert = try alert(row)
      return KeptAlert(
        alert,
        fired: try row.ordinal("fired"),
        resolved: try row.ordinalIfAny("resolved"),
        replacedBy: try row.value("replaced_by"),
        judgement: judgements[alert.id]
      )
    }
  }

  private static let part = "alerts"
  private static let damage = StoredDamage(part: part)

  private static func alert(_ row: StoredRow) throws -> Alert {
    guard let rule = Alert.Rule(rawValue: try row.value("rule")),
      let severity = Alert.Severity(rawValue: try row.value("severity")),
      let state = Alert.State(rawValue: try row.value("state"))
    else { throw damage }
    var alert = Alert(
      id: try row.value("id"),
      rule: rule,
      severity: severity,
      account: try row.value("account"),
      started: try row.time("started"),
      windowSeconds: Int(try row.value("window_seconds", as: UInt32.self)),
      count: try row.count("count"),
      expected: try row.number("expected"),
      score: try row.number("score"),
      text: try row.value("text")
    )
    alert.state = state
    alert.updated = try row.time("updated")
    alert.ended = try row.timeIfAny("ended")
    var packed = PackedReader([UInt8](try row.value("details", as: Data.self)))
    guard alert.restore(details: &packed, as: .told) else { throw damage }
    return alert
  }
}
