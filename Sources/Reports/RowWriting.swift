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
  mutating func date(_ date: CivilDate?) {
    guard let date else { return }
    key("date")
    value(date.text)
  }

  mutating func volume(_ sums: Sums) {
    key("messages")
    value(sums.messages)
    key("recipients")
    value(sums.recipients)
    key("bytes")
    value(sums.bytes)
  }

  mutating func tls(_ sums: Sums) {
    key("tls")
    beginObject()
    for version in TLSVersion.allCases {
      key(version.label)
      value(sums.count(version))
    }
    endObject()
  }

  mutating func percent(_ sums: Sums) {
    key("percent")
    beginObject()
    for version in TLSVersion.allCases {
      key(version.label)
      value(tenths: sums.permille(version))
    }
    endObject()
  }

  /// The series of days: `body` adds a day's figures to its date.
  mutating func days(_ sums: PeriodSums, _ body: (inout JSONWriter, Sums) -> Void) {
    key("days")
    beginArray()
    for (date, sums) in sums.dated {
      beginObject()
      self.date(date)
      body(&self, sums)
      endObject()
    }
    endArray()
  }

  /// Where the next page begins; nil: this is the last.
  mutating func next(_ cursor: String?) {
    key("next")
    value(cursor)
  }

  /// Ends a row; false when nobody reads on.
  mutating func endRow() -> Bool {
    output.passBlock()
    return !output.isClosed
  }
}
