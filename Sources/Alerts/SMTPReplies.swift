import MailLog

/// What an SMTP server says.
struct SMTPReplies {
  /// To each command, without the lines that it went on with.
  private(set) var lines: [String] = []
  /// It has named AUTH among its extensions, RFC 4954, section 3.
  private(set) var offersLogin = false

  /// Takes a line as it came.
  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    let line = unsafe String(decoding: bytes.prefix(200), as: UTF8.self)
    if line.hasPrefix("250"), line.dropFirst(4).prefix(4).uppercased() == "AUTH" {
      offersLogin = true
    }
    // 550-no such user: it goes on, RFC 5321, section 4.2.1.
    guard bytes.count > 3, unsafe bytes[3] != UInt8(ascii: "-") else { return }
    lines.append(escapedText(line.prefix { !$0.isNewline }.utf8))
  }
}
