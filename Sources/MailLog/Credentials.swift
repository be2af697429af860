/// `text`, a line of a log, without what a client sent with AUTH or as its password.
///
/// Courier and qpsmtpd log the arguments of AUTH, Dovecot with `auth_verbose_passwords` the
/// passwords, Exim a database's answer; Postfix repeats what was said last behind `authentication failed:`.
public func withoutCredentials(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var shown: [UInt8] = []
  var rest = text
  while let secret = firstSecret(rest) {
    shown += rest[..<secret.lowerBound]
    shown += Array("[redacted]".utf8)
    rest = rest[secret.upperBound...]
  }
  return shown + rest
}

private func firstSecret(_ text: ArraySlice<UInt8>) -> Range<Int>? {
  for start in text.indices {
    let secret =
      switch text[start] {
      case UInt8(ascii: "A"), UInt8(ascii: "a"):
        authArgument(text, at: start) ?? failureReason(text, at: start)
      case UInt8(ascii: "g"):
        end(of: "given password: ", in: text, at: start).map { $0..<text.endIndex }
      case UInt8(ascii: "U"): temporaryReason(text, at: start)
      default: nil as Range<Int>?
      }
    if let secret, !secret.isEmpty { return secret }
  }
  return nil
}

/// What follows `AUTH mechanism `: all of it, for nothing says where it ends.
private func authArgument(_ text: ArraySlice<UInt8>, at start: Int) -> Range<Int>? {
  guard start == text.startIndex || !isWordCharacter(text[start - 1]),
    let command = end(of: "auth", in: text, at: start),
    let word = text[command...].firstIndex(where: { !isBlank($0) }), word > command
  else { return nil }
  let mechanism = text[word...].prefix(while: isWordCharacter)
  let rest = text[mechanism.endIndex...]
  guard !mechanism.isEmpty, rest.first.map(isBlank) == true,
    // Sendmail's `AUTH failure (PLAIN): …`.
    !rest.starts(with: " (".utf8),
    // Postfix's `reject: AUTH from client[address]: …`.
    end(of: "from", in: mechanism, at: word) != mechanism.endIndex
  else { return nil }
  return (rest.startIndex + 1)..<text.endIndex
}

/// The word behind `authentication failed: `; a reason that is no secret is in parentheses.
private func failureReason(_ text: ArraySlice<UInt8>, at start: Int) -> Range<Int>? {
  guard let reason = end(of: "authentication failed: ", in: text, at: start) else { return nil }
  let word = text[reason...].prefix {
    $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ">")
  }
  return word.first == UInt8(ascii: "(") ? nil : word.startIndex..<word.endIndex
}

/// What follows Exim's `Unable to authenticate at present (set_id=login): `: a database's answer, with
/// the question, which may have the password.
private func temporaryReason(_ text: ArraySlice<UInt8>, at start: Int) -> Range<Int>? {
  guard let reply = end(of: "unable to authenticate at present", in: text, at: start) else {
    return nil
  }
  let mark = Array((text[reply...].starts(with: " (set_id=".utf8) ? "): " : ": ").utf8)
  let place = (reply..<text.endIndex).first { text[$0...].starts(with: mark) }
  return place.map { $0 + mark.count..<text.endIndex }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}

/// Where `words`, in lower case, end if they stand there in either case.
private func end(of words: String, in text: ArraySlice<UInt8>, at start: Int) -> Int? {
  var position = start
  for byte in words.utf8 {
    guard position < text.endIndex, asciiLowercased(text[position]) == byte else { return nil }
    position += 1
  }
  return position
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
