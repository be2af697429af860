import MailLog
import Testing

@testable import Reports

@Suite struct TextTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (999_949, "999.9 kB"), (999_950, "1.0 MB"), (1_234_567, "1.2 MB"),
    (20_000_000_000, "20.0 GB"), (UInt64.max, "18.4 EB"),
  ]) func `sizes are short`(_ bytes: UInt64, _ text: String) {
    #expect(TableText.size(bytes) == text)
  }

  @Test(arguments: [
    ("2026-11-15", "2026-11-21", "15 Nov – 21 Nov 2026"),
    ("2026-12-31", "2027-01-01", "31 Dec 2026 – 1 Jan 2027"),
    ("2026-11-21", "2026-11-21", "21 Nov 2026"),
  ]) func `periods are named by their ends`(_ start: String, _ end: String, _ text: String) throws {
    let (first, last) = try (#require(CivilDate(start)), #require(CivilDate(end)))
    #expect(DateText.period(first, last) == text)
  }

  @Test func `weekdays are right before and after 1970`() throws {
    let days = [
      ("1969-12-31", "Wed"), ("1970-01-01", "Thu"), ("2026-11-15", "Sun"), ("1900-01-01", "Mon"),
    ]
    for (date, day) in days {
      #expect(try DateText.weekdays[#require(CivilDate(date)).weekday] == day)
    }
  }

  @Test func `times before 1970 and west of Greenwich are right`() {
    let zone = ZoneRules(name: "x", transitions: [], offsets: [-12_600])
    #expect(Timestamp(seconds: 0).text(zone) == "1969-12-31T20:30:00-03:30")
    #expect(Timestamp(nanoseconds: -1).text(.utc) == "1969-12-31T23:59:59Z")
  }

  @Test(arguments: [
    ("plain", 5), ("", 0), ("日本", 4), ("e\u{301}", 1), ("한글", 4), ("😀", 2), ("ä–…", 3), ("ｆ", 2),
  ]) func `the width of text is that on a terminal`(_ text: String, _ width: Int) {
    #expect(TerminalText.width(text) == width)
  }

  @Test func `text is cut at a column, never inside a wide character`() {
    #expect(TerminalText.cut("abcdef", to: 6) == "abcdef")
    #expect(TerminalText.cut("abcdef", to: 5) == "abcd…")
    #expect(TerminalText.cut("日本語", to: 5) == "日本…")
    #expect(TerminalText.cut("日本語", to: 4) == "日…")
    #expect(TerminalText.cut("abc", to: 1) == "…")
    #expect(TerminalText.cut("abc", to: 0) == "")
  }

  @Test(arguments: [
    "\u{202a}", "\u{202b}", "\u{202c}", "\u{202d}", "\u{202e}", "\u{2066}", "\u{2067}", "\u{2068}",
    "\u{2069}", "\u{200e}", "\u{200f}", "\u{61c}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{e0041}",
  ]) func `what could reorder or hide text is written out`(_ character: String) throws {
    let scalar = try #require(character.unicodeScalars.first)
    let code = String(scalar.value, radix: 16, uppercase: true)
    #expect(plainText("a" + character + "b") == "a\\u{\(code)}b")
  }

  @Test func `JSON strings escape quotes, backslashes and control characters`() {
    var json = JSONWriter()
    json.array { json in
      json.value("\"\\\u{0}\u{1f}\n\r\t/é")
      json.value(UInt64.max)
      json.value(-5)
      json.value(true)
      json.value(tenths: 5)
      json.object { _ in }
      json.value(nil as String?)
    }
    #expect(
      String(decoding: json.output.bytes, as: UTF8.self)
        == #"["\"\\\u0000\u001f\n\r\t/é",18446744073709551615,-5,true,0.5,{},null]"#
    )
  }

  @Test(arguments: [0, 7, 9, 10, 11, 99, 100, 12_345, 999_999_999, UInt64.max - 1, UInt64.max])
  func `numbers are written in decimal`(_ number: UInt64) {
    var writer = ByteWriter()
    writer.append(number: number)
    #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
  }

  @Test(arguments: [0, 1, 2, 47, 48, 300, 5000]) func `keys are sorted, equal ones in their order`(
    _ count: Int
  ) {
    for mask: UInt64 in [0, 3, 0xff00, .max] {
      let keys = (0..<count).map { UInt64($0) &* 0x9e37_79b9_7f4a_7c15 & mask }
      let order = RowOrder.sorted(count: count, by: [keys]).map(Int.init)
      let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(order == expected)
    }
  }
}
