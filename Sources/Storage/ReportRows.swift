import GRDB
import MailLog

// Reports by e-mail as rows.

extension ReportChange {
  func save(in db: Database) throws {
    for report in due { try report.save(in: db) }
    for number in done {
      try db.run("DELETE FROM due_report WHERE number = ?", [Int64(bitPattern: number)])
    }
    for name in forgotten { try db.run("DELETE FROM schedule WHERE name = ?", [name]) }
    for (name, day) in schedules {
      try db.run(
        "INSERT OR REPLACE INTO schedule (name, day) VALUES (?, ?)",
        [name, day.daysSince1970]
      )
    }
  }

  /// What is still to be sent, and up to when the schedules were kept to.
  init(from db: Database) throws {
    self.init()
    due = try DueReport.all(in: db)
    let select = "SELECT name, day FROM schedule"
    for row in try StoredRow.all(select, of: "schedules of reports", in: db) {
      schedules[try row.value("name")] = try row.day("day")
    }
  }
}

extension DueReport {
  fileprivate func save(in db: Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO due_report (number, recipient, start, "end", domain, language)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        Int64(bitPattern: number), recipient, start.daysSince1970, end.daysSince1970, domain,
        language,
      ]
    )
  }

  fileprivate static func all(in db: Database) throws -> [DueReport] {
    let (select, part) = ("SELECT * FROM due_report ORDER BY number", "reports to be sent")
    return try StoredRow.all(select, of: part, in: db).map { row in
      let (start, end) = (try row.day("start"), try row.day("end"))
      guard CivilDate.periodLengths.contains(start.distance(to: end) + 1) else {
        throw StoredDamage(part: part)
      }
      return DueReport(
        number: try row.ordinal("number"),
        recipient: try row.value("recipient"),
        start: start,
        end: end,
        domain: try row.value("domain"),
        language: try row.value("language")
      )
    }
  }
}
