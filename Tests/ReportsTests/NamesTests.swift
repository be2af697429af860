import Counters
import MailLog
import TestSupport
import Testing

@testable import Reports

/// Names are the clients' choice.
@Suite struct NamesTests {
  /// Counts a message of each account, the nth n times.
  private func log(_ accounts: [[UInt8]]) -> SampleLog {
    var log = SampleLog(foldsCase: false)
    for (number, account) in accounts.enumerated() {
      let id = log.counters.names.intern(account.span)
      log.counters.record(
        .made(
          at: .on("2026-11-15"),
          account: id,
          tls: .none,
          bytes: 1,
          messages: UInt32(accounts.count - number)
        )
      )
    }
    return log
  }

  private let hostile: [[UInt8]] = [
    Array(#"say "hi", bob@example.org"#.utf8),
    Array("two\nlines@example.org".utf8),
    Array("\u{1b}[2J\u{07}@example.org".utf8),
    Array(#"back\slash@example.org"#.utf8),
    [0xff, 0xfe] + Array("@example.org".utf8),
    Array("ünïcode@exämple.org".utf8),
    Array("evil\u{202e}gro.elpmaxe@".utf8),
  ]

  @Test func `CSV quotes and escapes what it must`() throws {
    #expect(
      try log(hostile).csv(.volume) == #"""
        sender,domain,messages,recipients,bytes
        "say ""hi"", bob@example.org",example.org,7,7,7
        two\x0Alines@example.org,example.org,6,6,6
        \x1B[2J\x07@example.org,example.org,5,5,5
        back\\slash@example.org,example.org,4,4,4
        \xFF\xFE@example.org,example.org,3,3,3
        ünïcode@exämple.org,exämple.org,2,2,2
        evil\#u{202e}gro.elpmaxe@,(none),1,1,1

        """#
    )
  }

  @Test func `JSON escapes the escapes`() throws {
    let log = log(hostile)
    let json = try log.text(.volume, .json, log.query())
    for name in [
      #""sender":"say \"hi\", bob@example.org","domain":"example.org""#,
      #""sender":"two\\x0Alines@example.org","domain":"example.org""#,
      #""sender":"\\x1B[2J\\x07@example.org","domain":"example.org""#,
      #""sender":"back\\\\slash@example.org","domain":"example.org""#,
      #""sender":"\\xFF\\xFE@example.org","domain":"example.org""#,
    ] {
      #expect(json.contains(name))
    }
  }

  @Test(arguments: ReportView.allCases, [Style.plain, .ansi])
  func `no table lets a name steer the terminal`(_ view: ReportView, _ style: Style) throws {
    var log = log(hostile)
    for name in hostile {
      log.counters.record(.made(at: .on("2026-11-15")), name: name.span)
    }
    let query = log.query { $0.idleDays = 1 }
    for width in [nil, 20, 40, 80, 160] {
      let presentation = Presentation(width: width, style: style)
      let text = try log.text(view, .table, query, presentation)
      for scalar in text.unicodeScalars {
        let isOurs = scalar == "\n" || style == .ansi && scalar == "\u{1b}"
        #expect(isOurs || scalar.value >= 0x20)
        #expect(scalar.properties.generalCategory != .format)
      }
    }
  }

  @Test func `a login of 500 characters is whole in CSV and cut in tables`() throws {
    let name = String(repeating: "x", count: 500) + "@example.org"
    let log = log([Array(name.utf8)])
    #expect(try log.csv(.volume).contains("\n\(name),example.org,1,1,1\n"))
    for line in try log.text(.volume, .table, log.query(), Presentation(width: 80))
      .split(separator: "\n")
    {
      #expect(TerminalText.width(String(line)) <= 80)
    }
  }

  @Test func `names are in the order of their shown bytes`() throws {
    let names = [
      "b", "a", "aa", "a@", "abcdefgh", "abcdefgi", "abcdefghi", "Z", "z", "ä", "\\", "\u{1}",
    ]
    var table = NameTable(foldsCase: false)
    let ids = names.map { table.intern($0) }
    let shown = ShownNames(table.list, ids, empty: "<>")
    let order = names.map { escapedText($0.utf8) }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    #expect(order.indices.map { shown.string($0) } == order)
    #expect(shown.places.map { shown.string(Int($0)) } == names.map { escapedText($0.utf8) })
  }

  @Test func `many names that agree in their first bytes are sorted too`() {
    var table = NameTable(foldsCase: false)
    let prefix = String(repeating: "same", count: 20)
    let names = (0..<3000).map { prefix + String($0 * 7919 % 3000) }
    let ids = names.map { table.intern($0) }
    let shown = ShownNames(table.list, ids + ids, empty: "<>")
    #expect((0..<3000).map { shown.string(Int(shown.places[$0])) } == names)
    let distinct = Set(shown.places)
    #expect(distinct.sorted().map { shown.string(Int($0)) } == names.sorted())
  }
}
