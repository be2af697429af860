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
    for row in try Row.fetchAll(db, sql: "SELECT name, day FROM schedule") {
      schedules[row[0]] = CivilDate(daysSince1970: row[1])
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
    try Row.fetchAll(db, sql: "SELECT * FROM due_report ORDER BY number").map { row in
      let number: Int64 = row["number"]
      return DueReport(
        number: UInt64(bitPattern: number),
        recipient: row["recipient"],
        start: CivilDate(daysSince1970: row["start"]),
        end: CivilDate(daysSince1970: row["end"]),
        domain: row["domain"],
        language: row["language"]
      )
    }
  }
}
