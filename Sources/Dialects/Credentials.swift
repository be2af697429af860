/// `text`, a line of a log, without what a client sent with AUTH or as its password.
///
/// Courier and qpsmtpd log the arguments of AUTH, Dovecot with `auth_verbose_passwords` the passwords.
package func withoutCredentials(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var end = text.endIndex
  for start in text.indices.dropLast(4) {
    if let argument = authArgument(text, at: start) {
      end = argument
      break
    }
    if text[start] == UInt8(ascii: "g"), text[start...].starts(with: givenPassword) {
      end = start + givenPassword.count
      break
    }
  }
  guard end < text.endIndex else { return Array(text) }
  return Array(text[..<end]) + Array("[redacted]".utf8)
}

private let givenPassword = Array("given password: ".utf8)

/// Where the argument begins of a command `AUTH mechanism argument` at `start`, in either case.
private func authArgument(_ text: ArraySlice<UInt8>, at start: Int) -> Int? {
  guard text[start] & 0xdf == UInt8(ascii: "A"), text[start + 1] & 0xdf == UInt8(ascii: "U"),
    text[start + 2] & 0xdf == UInt8(ascii: "T"), text[start + 3] & 0xdf == UInt8(ascii: "H"),
    text[start + 4] == UInt8(ascii: " "),
    start == text.startIndex || !isWordCharacter(text[start - 1])
  else { return nil }
  let mechanism = text[(start + 5)...]
  guard let blank = mechanism.firstIndex(of: UInt8(ascii: " ")), blank > start + 5,
    mechanism[..<blank].allSatisfy(isWordCharacter),
    // Sendmail's `AUTH failure (PLAIN): …`.
    !mechanism[blank...].starts(with: " (".utf8)
  else { return nil }
  return blank + 1
}

/// A letter, a digit, or what else a mechanism's name has (RFC 4422, section 3.1).
private func isWordCharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
    true
  default: false
  }
}
