/// `bytes` as text that is safe to show and that `unescapedBytes` reads back.
///
/// Control characters (also U+0080 to U+009F) and bytes that are not UTF-8 become `\xHH`, a
/// backslash becomes `\\`.
@inlinable public func escapedText(_ bytes: some Collection<UInt8>) -> String {
  if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) {
    return String(decoding: bytes, as: UTF8.self)
  }
  return escaped(Array(bytes))
}

/// What cannot be shown as it is.
@usableFromInline func escaped(_ bytes: [UInt8]) -> String {
  var result = ""
  var rest = bytes[...]
  while let first = rest.first {
    let length = scalarLength(rest)
    if length == 0 || first.isControl || isC1Control(rest) {
      let escaped = max(length, 1)
      for byte in rest.prefix(escaped) { result += "\\x" + hexadecimal(byte) }
      rest = rest.dropFirst(escaped)
    } else {
      let scalar = String(decoding: rest.prefix(length), as: UTF8.self)
      result += first == UInt8(ascii: "\\") ? "\\\\" : scalar
      rest = rest.dropFirst(length)
    }
  }
  return result
}

/// The bytes that `escapedText` shows as `text`; a lone backslash stands for itself.
public func unescapedBytes(_ text: some StringProtocol) -> [UInt8] {
  var result: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let first = rest.first {
    if first == UInt8(ascii: "\\"), rest.dropFirst().first == first {
      result.append(first)
      rest = rest.dropFirst(2)
    } else if rest.count >= 4, rest.starts(with: Array("\\x".utf8)),
      rest.dropFirst(2).prefix(2).allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let byte = UInt8(String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self), radix: 16)
    {
      result.append(byte)
      rest = rest.dropFirst(4)
    } else {
      result.append(first)
      rest = rest.dropFirst()
    }
  }
  return result
}

/// The two digits of `byte` in hexadecimal, upper case.
private func hexadecimal(_ byte: UInt8) -> String {
  let text = String(byte, radix: 16, uppercase: true)
  return byte < 16 ? "0" + text : text
}

/// U+0080 to U+009F in UTF-8: terminals take some of them for the start of an escape sequence.
private func isC1Control(_ bytes: ArraySlice<UInt8>) -> Bool {
  bytes.first == 0xc2 && bytes.dropFirst().first.map { $0 < 0xa0 } == true
}

/// The length of the well-formed UTF-8 scalar at the start (Unicode 15, table 3-7); 0 if none.
private func scalarLength(_ bytes: ArraySlice<UInt8>) -> Int {
  guard let first = bytes.first else { return 0 }
  let length: Int
  var second: ClosedRange<UInt8> = 0x80...0xbf
  switch first {
  case 0...0x7f: return 1
  case 0xc2...0xdf: length = 2
  case 0xe0: (length, second) = (3, 0xa0...0xbf)
  case 0xed: (length, second) = (3, 0x80...0x9f)
  case 0xe1...0xef: length = 3
  case 0xf0: (length, second) = (4, 0x90...0xbf)
  case 0xf1...0xf3: length = 4
  case 0xf4: (length, second) = (4, 0x80...0x8f)
  default: return 0
  }
  let tail = bytes.dropFirst().prefix(length - 1)
  guard tail.count == length - 1, let next = tail.first, second.contains(next) else { return 0 }
  return tail.allSatisfy { (0x80...0xbf).contains($0) } ? length : 0
}
