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
    return try Row.fetchAll(db, sql: select).map { row in
      let (event, rest): (Int64, String?) = (row[2], row[3])
      return DueDelivery(
        sink: row[0],
        alert: row[1],
        event: UInt64(bitPattern: event),
        rest: rest?.split(separator: " ").map(String.init),
        refusal: row[4]
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
    for row in try Row.fetchAll(db, sql: said) {
      let (time, verdict, user): (Int64, String, Int64) = (row[1], row[2], row[4])
      guard let verdict = AlertVerdict(rawValue: verdict) else { throw damage }
      judgements[row[0]] = AlertJudgement(
        verdict,
        note: row[3],
        user: UInt32(truncatingIfNeeded: user),
        time: Timestamp(nanoseconds: time)
      )
    }
    return try Row.fetchAll(db, sql: "SELECT * FROM told ORDER BY fired").map { row in
      let (fired, resolved): (Int64, Int64?) = (row["fired"], row["resolved"])
      let alert = try alert(row)
      return KeptAlert(
        alert,
        fired: UInt64(bitPattern: fired),
        resolved: resolved.map { UInt64(bitPattern: $0) },
        replacedBy: row["replaced_by"],
        judgement: judgements[alert.id]
      )
    }
  }

  private static var damage: StoredDamage {
    StoredDamage(part: "alerts")
  }

  private static func alert(_ row: Row) throws -> Alert {
    let (rule, severity, state): (String, String, String) =
      (row["rule"], row["severity"], row["state"])
    let (started, updated, ended): (Int64, Int64, Int64?) =
      (row["started"], row["updated"], row["ended"])
    let (count, details): (Int64, Data) = (row["count"], row["details"])
    guard let rule = Alert.Rule(rawValue: rule), let severity = Alert.Severity(rawValue: severity),
      let state = Alert.State(rawValue: state)
    else { throw damage }
    var alert = Alert(
      id: row["id"],
      rule: rule,
      severity: severity,
      account: row["account"],
      started: Timestamp(nanoseconds: started),
      windowSeconds: row["window_seconds"],
      count: UInt64(bitPattern: count),
      expected: row["expected"],
      score: row["score"],
      text: row["text"]
    )
    alert.state = state
    alert.updated = Timestamp(nanoseconds: updated)
    alert.ended = ended.map(Timestamp.init(nanoseconds:))
    var packed = PackedReader([UInt8](details))
    guard alert.restore(details: &packed, as: .told) else { throw damage }
    return alert
  }
}
