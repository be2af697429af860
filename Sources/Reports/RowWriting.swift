import Counters
import MailLog

extension ByteWriter {
  /// The names of the columns as a line of CSV.
  mutating func appendHeader(_ columns: [Column]) {
    append(columns.map(\.title).joined(separator: ","))
    append(UInt8(ascii: "\n"))
  }

  /// The date of a row per day, with the comma that follows.
  mutating func append(date: CivilDate?) {
    if let date { append("\(date.text),") }
  }

  /// Ends a line of CSV; false when nobody reads on.
  mutating func endRow() -> Bool {
    append(UInt8(ascii: "\n"))
    passBlock()
    return !isClosed
  }
}

extension JSONWriter {
  /// The days that are asked for.
  mutating func period(_ query: ReportQuery) {
    member("start", query.start.text)
    member("end", query.end.text)
    member("timezone", query.zone.name)
  }

  mutating func volume(_ sums: Sums) {
    member("messages", sums.messages)
    member("recipients", orNull: sums.recipients)
    member("bytes", orNull: sums.bytes)
  }

  mutating func tls(_ sums: Sums) {
    object("tls") { json in
      for version in TLSVersion.allCases { json.member(version.label, sums.count(version)) }
    }
  }

  mutating func percent(_ sums: Sums) {
    object("percent") { json in
      for version in TLSVersion.allCases {
        json.key(version.label)
        json.value(tenths: sums.permille(version))
      }
    }
  }

  /// The series of days: `body` adds a day's figures to its date.
  mutating func days(_ sums: PeriodSums, _ body: (inout JSONWriter, Sums) -> Void) {
    for (date, sums) in sums.dated { day(date) { body(&$0, sums) } }
  }

  /// An object with a date, if it is of one day, and what `body` adds.
  mutating func day(_ date: CivilDate?, _ body: (inout JSONWriter) -> Void) {
    object { json in
      json.member("date", date?.text)
      body(&json)
    }
  }

  /// As `day`, for a row; false when nobody reads on.
  mutating func row(_ date: CivilDate?, _ body: (inout JSONWriter) -> Void) -> Bool {
    day(date, body)
    output.passBlock()
    return !output.isClosed
  }
}
