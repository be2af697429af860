import MailLog
import TestSupport
import Testing

struct EscapedTextTests {
  @Test(arguments: [
    ("", ""), ("alice@example.org", "alice@example.org"), ("é 日本 🙂", "é 日本 🙂"),
    ("a\\b", "a\\\\b"), ("\\x41", "\\\\x41"), ("\t\n\r\u{0}\u{7f}", "\\x09\\x0A\\x0D\\x00\\x7F"),
    ("\u{1b}[31m", "\\x1B[31m"), ("\u{80}\u{9b}\u{9f}", "\\xC2\\x80\\xC2\\x9B\\xC2\\x9F"),
    ("\u{a0}¡", "\u{a0}¡"),
  ])
  func `text is shown so that a terminal can take it`(text: String, shown: String) {
    #expect(escapedText(text.utf8) == shown)
    #expect(unescapedBytes(shown) == Array(text.utf8))
  }

  @Test(
    arguments: [
      [0xff], [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe0, 0x80, 0x80], [0xe2, 0x82],
      [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80],
      [0xf0, 0x9f, 0x99], [0xe2, 0x28, 0xa1],
    ] as [[UInt8]]
  )
  func `bytes that are not UTF-8 are shown in hexadecimal`(bytes: [UInt8]) {
    let surrounded = [0x61] + bytes + [0x62]
    let hexadecimal = bytes.map { byte -> String in
      byte < 0x80 ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }
    #expect(escapedText(surrounded) == "a" + hexadecimal.joined() + "b")
    #expect(unescapedBytes(escapedText(surrounded)) == surrounded)
  }

  @Test func `every scalar is shown, or escaped, and read back`() {
    var wrong: [UInt32] = []
    for value in UInt32(0)...0x10_ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isControl = value < 0x20 || (0x7f...0x9f).contains(value)
      // All below U+0800, and from there some.
      guard value < 0x800 || value % 251 == 0 || value & 0xfffe == 0xfffe else { continue }
      let bytes = Array(String(Character(scalar)).utf8)
      let shown = escapedText(bytes)
      let isShown = shown.unicodeScalars.elementsEqual([scalar])
      let isRight = unescapedBytes(shown) == bytes
      if !isRight || isShown == (isControl || value == 0x5c) { wrong.append(value) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func `random bytes come back, and hold no control character when shown`() {
    var numbers = SeededNumbers(8)
    let pieces: [[UInt8]] = [
      Array("\\x41".utf8), Array("\\".utf8), [0xc2], [0x9b], [0x1b], Array("é".utf8), [0xe2, 0x82],
      Array("x4".utf8),
    ]
    for _ in 0..<4000 {
      var bytes: [UInt8] = []
      for _ in 0..<numbers.below(8) {
        bytes += numbers.below(2) == 0 ? pieces[numbers.below(pieces.count)] : numbers.bytes(2)
      }
      let shown = escapedText(bytes)
      #expect(unescapedBytes(shown) == bytes)
      let controls = shown.unicodeScalars.filter { $0.properties.generalCategory == .control }
      #expect(controls.isEmpty, "\(bytes)")
      #expect(!shown.unicodeScalars.contains("\u{fffd}") || bytes.contains(0xef))
    }
  }

  @Test(arguments: [
    "\\", "a\\", "\\x", "\\x4", "\\xg1", "\\x4g", "\\y41", "\\x+F", "\\x-0", "\\x 1", "x41",
  ])
  func `a lone backslash stands for itself`(text: String) {
    #expect(unescapedBytes(text) == Array(text.utf8))
  }

  @Test func `either case of hexadecimal digits is read`() {
    #expect(unescapedBytes("\\xfF\\xAb") == [0xff, 0xab])
  }
}
