import Dialects
import Testing

/// `journalctl -o export` and `-o json`.
struct JournalTests {
  private static let first = """
    __CURSOR=s=1;i=1
    __REALTIME_TIMESTAMP=1795294334267892
    __MONOTONIC_TIMESTAMP=1
    _HOSTNAME=mx1.example.net
    _PID=999
    _COMM=smtpd
    SYSLOG_IDENTIFIER=postfix/submission/smtpd
    SYSLOG_PID=528
    PRIORITY=6
    MESSAGE=connect from unknown[192.0.2.1]
    _SOURCE_REALTIME_TIMESTAMP=1795294334267872


    """
  private static let firstEvent =
    "2026-11-21T20:52:14.267872Z connected [528] unknown[192.0.2.1]  ×1"

  /// An entry of the export format whose message is announced by its length.
  private func entry(message: [UInt8], name: String = "postfix/smtpd") -> [UInt8] {
    let fields = """
      __CURSOR=s=1;i=2
      __REALTIME_TIMESTAMP=1795294335000000
      _HOSTNAME=mx1
      SYSLOG_IDENTIFIER=\(name)
      SYSLOG_PID=7
      MESSAGE

      """
    return Array(fields.utf8) + binary(message) + Array("_UID=101\n\n".utf8)
  }

  /// The length and the value of a field that may hold anything.
  private func binary(_ value: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value.count >> ($0 * 8)) } + value + [0x0a]
  }

  private func descriptions(_ text: some Sequence<UInt8>, cuts: [Int] = []) -> [String] {
    Parsed(stream: text, cuts: cuts).events.map(\.description)
  }

  @Test func `an entry has the sender's time and process`() {
    #expect(descriptions(Self.first.utf8) == [Self.firstEvent])
    let lines = Self.first.split(separator: "\n", omittingEmptySubsequences: false)
    let stored = lines.filter { !$0.hasPrefix("_SOURCE") && !$0.hasPrefix("SYSLOG_PID") }
    let other = "2026-11-21T20:52:14.267892Z connected [999] unknown[192.0.2.1]  ×1"
    #expect(descriptions(stored.joined(separator: "\n").utf8) == [other])
    let unnamed = lines.filter { !$0.hasPrefix("SYSLOG_IDENTIFIER") }.joined(separator: "\n")
    let named = unnamed.replacing("_COMM=smtpd", with: "_COMM=postfix/smtpd")
    #expect(descriptions(named.utf8) == [Self.firstEvent])
    for needed in ["MESSAGE", "SYSLOG_IDENTIFIER"] {
      let broken = lines.filter { !$0.hasPrefix(needed) && !$0.hasPrefix("_COMM") }
      let parsed = Parsed(stream: broken.joined(separator: "\n").utf8)
      #expect(parsed.passedOver == [.brokenJournalEntry: 1])
    }
  }

  @Test func `what a binary message holds is no field and no entry`() {
    let forged = """
      connect from unknown[192.0.2.9]
      SYSLOG_PID=1

      \(Self.first)
      """
    let expected = "2026-11-21T20:52:15.000000Z connected [7] "
    let found = descriptions(entry(message: Array(forged.utf8)) + Array(Self.first.utf8))
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix(expected + "unknown[192.0.2.9]\\x0ASYSLOG_PID=1") == true)
    #expect(found.last == Self.firstEvent)
    let other = entry(message: Array("x\n4AAAA1: removed".utf8)) + entry(message: [])
    #expect(Parsed(stream: other).passedOver == [.notAboutSubmission: 2])
    let invalid = Array("A00001: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=".utf8)
    #expect(
      descriptions(entry(message: invalid + [0xff, 0x0a, 0x41])) == [
        expected.replacing("connected", with: "authenticatedMessage")
          + "u[192.0.2.1] \\xFF\\x0AA ×1"
      ]
    )
  }

  @Test func `where the reads fall does not change the entries`() {
    let text =
      Array(Self.first.utf8) + entry(message: Array("connect from a[192.0.2.2]\n\nx".utf8))
      + Array(Self.first.utf8)
    let whole = descriptions(text)
    #expect(whole.count == 3)
    for first in 0...text.count {
      for second in stride(from: first, through: text.count, by: 17) {
        #expect(
          descriptions(text, cuts: [first, second]) == whole,
          "cut at \(first) and \(second)"
        )
      }
    }
  }

  @Test func `an export that breaks off yields no message that is not whole`() {
    let text =
      Array(Self.first.utf8) + entry(message: Array("connect from a[192.0.2.2]\nx".utf8))
      + Array(Self.first.utf8)
    let whole = descriptions(text)
    let wrong = (0...text.count).filter { end in
      let found = descriptions(text[..<end])
      return found != Array(whole.prefix(found.count))
    }
    #expect(wrong == [], "broken off there")
  }

  @Test func `an announced length beyond all reason takes no memory`() {
    let length = [UInt8](repeating: 0xff, count: 8)
    let text = Array("__CURSOR=s\nMESSAGE\n".utf8) + length + Array("connect from x\n\n".utf8)
    #expect(Parsed(stream: text).events.isEmpty)
    let long = [UInt8](repeating: 0x78, count: 70_000)
    #expect(Parsed(stream: entry(message: long)).passedOver == [.tooLong: 1])
    let other = entry(message: long) + Array(Self.first.utf8)
    #expect(descriptions(other) == [Self.firstEvent])
    let cursor = Array("__CURSOR=s\nX=".utf8)
    #expect(Parsed(stream: cursor + long + Array("\n\n".utf8)).passedOver == [.tooLong: 1])
  }

  private static let line = "Nov 21 20:52:14 mx1 postfix/smtpd[7]: connect from a[192.0.2.2]\n"
  private static let lineEvent = "2024-11-21T20:52:14 connected [7] a[192.0.2.2]  ×1"

  @Test func `lines behind an entry that breaks off are read`() throws {
    let log = Self.line + Self.line.replacing("connect from a", with: "X=connect from a")
    let lines = Parsed(stream: log.utf8)
    #expect(lines.events.map(\.description) == [Self.lineEvent])
    let fields = Self.first.split(separator: "\n", omittingEmptySubsequences: false)
    for count in 1..<fields.count - 2 {
      let half = fields[..<count].joined(separator: "\n") + "\n"
      let parsed = Parsed(stream: (Self.line + half + log).utf8)
      #expect(parsed.events.map(\.description) == [Self.lineEvent, Self.lineEvent], "\(count)")
      #expect(parsed.passedOver == [.brokenJournalEntry: 1, .notAboutSubmission: 1], "\(count)")
      let journal = Parsed(stream: (half + Self.first).utf8)
      #expect(journal.events.map(\.description) == [Self.firstEvent], "\(count)")
      #expect(journal.passedOver == [.brokenJournalEntry: 1], "\(count)")
    }
  }

  @Test func `what is no field name ends the entry, and is read as a line`() {
    let long = String(repeating: "N", count: 65)
    for name in ["=x", "X Y=z", "message=x", "\r", "X\u{0}=", long + "=x", long, "{}", "É=x"] {
      let parsed = Parsed(stream: "__CURSOR=s\n\(name)\n\(Self.line)".utf8)
      #expect(parsed.events.map(\.description) == [Self.lineEvent], "\(name)")
      #expect((parsed.passedOver[.brokenJournalEntry] ?? 0) > 0, "\(name)")
    }
    let most = String(repeating: "N", count: 64) + "=x\n"
    #expect(descriptions(Self.first.dropLast(1).utf8 + Array((most + "\n").utf8)).count == 1)
  }

  @Test func `a field's name is of capitals, digits and underscores`() {
    let names = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_".utf8)
    for byte in UInt8.min...UInt8.max where !"=\n".utf8.contains(byte) {
      let field = [UInt8(ascii: "A"), byte] + Array("B=x\n".utf8)
      let parsed = Parsed(stream: Array("__CURSOR=s\n".utf8) + field + Array(Self.line.utf8))
      let isRead = parsed.passedOver == [.brokenJournalEntry: 1]
      #expect(isRead == names.contains(byte), "byte \(byte)")
      #expect(parsed.events.count == 1, "byte \(byte)")
    }
  }

  @Test func `a length that no field has, or a value without its end, ends the entry`() {
    let cursor = Array("__CURSOR=s\nMESSAGE\n".utf8)
    // Its first eight bytes stand where a length would.
    let lines = Array((Self.line + Self.line).utf8)
    let asLength = Parsed(stream: cursor + lines)
    #expect(asLength.events.map(\.description) == [Self.lineEvent, Self.lineEvent])
    #expect(asLength.passedOver == [.brokenJournalEntry: 1])
    // The value ends within the first line, of which the rest is no line.
    let asValue = Parsed(stream: cursor + binary([]).dropLast(1).map { $0 } + lines)
    #expect(asValue.events.map(\.description) == [Self.lineEvent])
    #expect(asValue.passedOver == [.brokenJournalEntry: 1])
  }

  @Test func `half an entry at the end is told`() {
    let whole = Array(Self.first.utf8) + entry(message: Array("connect from a[192.0.2.2]".utf8))
    let end = Self.first.utf8.count
    var wrong: [Int] = []
    for count in (end + 10)..<whole.count
    where Parsed(stream: whole[..<count]).passedOver != [.brokenJournalEntry: 1] {
      wrong.append(count)
    }
    #expect(wrong == [], "broken off there")
    #expect(Parsed(stream: whole).passedOver == [:])
  }

  /// A JSON entry whose message is written as `message`.
  private func json(_ message: String, _ more: String = "") -> String {
    """
    {"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795294335000000","_HOSTNAME":"mx1",\
    "SYSLOG_IDENTIFIER":"postfix/smtpd","SYSLOG_PID":"7","MESSAGE":\(message)\(more)}
    """
  }

  @Test func `the message of a JSON entry is text, bytes, or the first of several`() {
    let expected = "2026-11-21T20:52:15.000000Z connected [7] a[192.0.2.1]"
    let bytes = "connect from a[192.0.2.1]".utf8.map(String.init).joined(separator: ", ")
    let found: [(String, String)] = [
      (json("\"connect from a[192.0.2.1]\""), "  ×1"),
      (json("\"connect\\u0020from a[192.0.2.1]\\/\\\"\\\\\\t\""), "/\"\\\\\\x09  ×1"),
      (json("\"connect from a[192.0.2.1]\\u00e9\\ud83d\\ude00\\ud83d\""), "é😀\u{fffd}  ×1"),
      (json("[\(bytes),255,10,33]"), "\\xFF\\x0A!  ×1"),
      (json("[\"connect from a[192.0.2.1]\",\"connect from b[192.0.2.2]\"]"), "  ×1"),
      (
        json("\"connect from a[192.0.2.1]\"", ",\"X\":{\"MESSAGE\":[1,{\"a\":null}]},\"Y\":[]"),
        "  ×1"
      ),
      (
        json("\"connect from a[192.0.2.1]\"", ",\"MESSAGE\":\"connect from b[192.0.2.2]\""),
        "  ×1"
      ),
      (" \t" + json("\"connect from a[192.0.2.1]\" ") + " \r", "  ×1"),
    ]
    for (line, end) in found {
      let leading = line.hasPrefix("{") ? line : String(line.drop { $0 != "{" })
      #expect(descriptions((leading + "\n").utf8) == [expected + end], "\(line)")
      #expect(descriptions(leading.utf8) == [expected + end], "\(line)")
    }
  }

  @Test func `a JSON entry without a message, or not whole, is passed over`() {
    let whole = json("\"connect from a[192.0.2.1]\"")
    var broken = [json("null"), json("[]"), json("{}"), "{}", "{\"", "{x}", whole + "}"]
    broken += [whole + "{}", json("\"\\x\""), json("\"\\u12\""), json("1,"), json("")]
    broken.append(json(String(repeating: "[", count: 100_000)))
    broken += (1..<whole.count).map { String(whole.prefix($0)) }
    for line in broken {
      let parsed = Parsed(stream: (line + "\n" + whole + "\n").utf8)
      #expect(parsed.events.count == 1, "\(line.prefix(300))")
      #expect(parsed.passedOver.values.reduce(0, +) == 1, "\(line.prefix(300))")
    }
  }
}
