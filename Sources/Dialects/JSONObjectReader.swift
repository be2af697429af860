/// Reads the members of one JSON object on one line, values as bytes (RFC 8259).
///
/// As the journal writes them: a string; an array of numbers, which are the bytes of a value that
/// is not text; an array of values, of which the first counts; null, which is left out.
struct JSONObjectReader {
  private let line: [UInt8]
  private var index = 0
  private var isDone = false
  /// The object was read to its end, and is well formed as far as it was looked at.
  private(set) var isWellFormed = false

  init(_ line: [UInt8]) {
    self.line = line
    skipBlanks()
    guard take("{") else {
      isDone = true
      return
    }
    skipBlanks()
    if take("}") { finish() }
  }

  /// The next member that has a value; nil at the end, or where the line is no JSON.
  mutating func next() -> (key: String, value: [UInt8])? {
    while !isDone {
      guard let key = string() else { return fail() }
      skipBlanks()
      guard take(":") else { return fail() }
      var value: [UInt8]?
      guard readValue(&value, depth: 0) else { return fail() }
      skipBlanks()
      if take("}") {
        finish()
      } else if take(",") {
        skipBlanks()
      } else {
        return fail()
      }
      if let value { return (String(decoding: key, as: UTF8.self), value) }
    }
    return nil
  }

  private mutating func finish() {
    isDone = true
    skipBlanks()
    while index < line.count, line[index] == UInt8(ascii: "\r") { index += 1 }
    isWellFormed = index == line.count
  }

  private mutating func fail() -> (key: String, value: [UInt8])? {
    isDone = true
    return nil
  }

  private mutating func skipBlanks() {
    while index < line.count, line[index] == 0x20 || line[index] == 0x09 { index += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard index < line.count, line[index] == character.asciiValue else { return false }
    index += 1
    return true
  }

  /// Reads any value; false if there is none.
  ///
  /// `depth` bounds the nesting.
  private mutating func readValue(_ value: inout [UInt8]?, depth: Int) -> Bool {
    skipBlanks()
    guard index < line.count, depth < 8 else { return false }
    switch line[index] {
    case UInt8(ascii: "\""):
      value = string()
      return value != nil
    case UInt8(ascii: "["): return readArray(&value, depth: depth)
    case UInt8(ascii: "{"): return skipObject(depth: depth)
    default: return readWord(&value)
    }
  }

  /// A number, `true`, `false` or `null`.
  private mutating func readWord(_ value: inout [UInt8]?) -> Bool {
    let start = index
    while index < line.count, !" ,]}\t\r".utf8.contains(line[index]) { index += 1 }
    let word = Array(line[start..<index])
    value = word == Array("null".utf8) ? nil : word
    return !word.isEmpty
  }

  private mutating func readArray(_ value: inout [UInt8]?, depth: Int) -> Bool {
    index += 1
    skipBlanks()
    if take("]") { return true }
    var bytes: [UInt8] = []
    var first: [UInt8]?
    var isBinary = true
    while true {
      skipBlanks()
      let isNumber = index < line.count && (48...57).contains(line[index])
      var element: [UInt8]?
      guard readValue(&element, depth: depth + 1) else { return false }
      first = first ?? element
      if isNumber, let element, let byte = UInt8(String(decoding: element, as: UTF8.self)) {
        bytes.append(byte)
      } else {
        isBinary = false
      }
      skipBlanks()
      if take("]") { break }
      guard take(",") else { return false }
    }
    value = isBinary ? bytes : first
    return true
  }

  private mutating func skipObject(depth: Int) -> Bool {
    index += 1
    skipBlanks()
    if take("}") { return true }
    while true {
      skipBlanks()
      guard string() != nil else { return false }
      skipBlanks()
      var ignored: [UInt8]?
      guard take(":"), readValue(&ignored, depth: depth + 1) else { return false }
      skipBlanks()
      if take("}") { return true }
      guard take(",") else { return false }
    }
  }

  private mutating func string() -> [UInt8]? {
    guard take("\"") else { return nil }
    var result: [UInt8] = []
    while index < line.count {
      let byte = line[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return result
      case UInt8(ascii: "\\"): guard appendEscape(to: &result) else { return nil }
      default: result.append(byte)
      }
    }
    return nil
  }

  private mutating func appendEscape(to result: inout [UInt8]) -> Bool {
    guard index < line.count else { return false }
    let byte = line[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0c)
    case UInt8(ascii: "n"): result.append(0x0a)
    case UInt8(ascii: "r"): result.append(0x0d)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      guard let scalar = unicodeScalar() else { return false }
      result.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: return false
    }
    return true
  }

  /// Behind `\u`: one UTF-16 unit, or two that are a pair; a lone half becomes U+FFFD.
  private mutating func unicodeScalar() -> Unicode.Scalar? {
    guard let high = hexadecimal() else { return nil }
    guard (0xd800...0xdbff).contains(high) else { return Unicode.Scalar(high) ?? "\u{fffd}" }
    let rewind = index
    if take("\\"), take("u"), let low = hexadecimal(), (0xdc00...0xdfff).contains(low) {
      return Unicode.Scalar(0x1_0000 + (high - 0xd800) << 10 + (low - 0xdc00))
    }
    index = rewind
    return "\u{fffd}"
  }

  private mutating func hexadecimal() -> UInt32? {
    guard index + 4 <= line.count else { return nil }
    let digits = line[index..<(index + 4)]
    index += 4
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
