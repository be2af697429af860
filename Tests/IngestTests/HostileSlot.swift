/// A place in a server's log where it writes a text that a client, or who answers for it, chose.
struct HostileSlot: Sendable, CustomStringConvertible {
  let server: String
  let field: String
  /// Lines of syslog behind the host, `%` in place of the text; an honest session may be around it.
  let lines: [String]
  /// How the server, or syslog, writes what the text holds.
  var escape: @Sendable (String) -> String = HostileSlot.lineEnds
  /// The lines are of a file that names no host: Exim's or Dovecot's.
  var isOwnFile = false

  var description: String { "\(server): \(field)" }

  /// The log with `text` in the slot.
  func log(_ text: String) -> [UInt8] {
    let written = escape(text)
    let stamped = lines.enumerated().map { number, line in
      let clock = "10:00:\(number < 10 ? "0" : "")\(number)"
      let front = isOwnFile ? "2026-11-21 \(clock) " : "2026-11-21T\(clock).000000+00:00 mx1 "
      return front
        + line.split(separator: "%", omittingEmptySubsequences: false)
        .joined(separator: written) + "\n"
    }
    return Array(stamped.joined().utf8)
  }

  // MARK: What servers make of a text

  /// rsyslog: control characters in octal.
  static let lineEnds: @Sendable (String) -> String = { text in
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "#012")
  }
  /// Postfix and Dovecot: `?`.
  static let questionMarks: @Sendable (String) -> String = { text in
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "?")
  }
  /// Exim, Sendmail: `\n`.
  static let backslashes: @Sendable (String) -> String = { text in
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: #"\n"#)
  }
  /// vis(3) with blanks, as OpenSMTPD writes a login.
  static let vis: @Sendable (String) -> String = { text in
    String(text.flatMap { $0 == " " ? Array(#"\040"#) : $0 == "\n" ? Array(#"\^J"#) : [$0] })
  }
  /// RFC 3461, as Sendmail writes a login.
  static let xtext: @Sendable (String) -> String = { text in
    text.utf8.map { byte in
      let isPlain = (0x21...0x7e).contains(byte) && byte != 0x2b && byte != 0x3d
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain
        ? String(UnicodeScalar(byte)) : "+" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }
  /// A local part in quotes, and the domain of the one who chose it (RFC 5321).
  static let address: @Sendable (String) -> String = { text in
    let quoted = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "\"" + questionMarks(String(quoted)) + "\"@evil.example"
  }
  /// A local part without quotes, each special character behind a backslash: Exim takes it.
  static let pairs: @Sendable (String) -> String = { text in
    let pairs: [Character] = text.flatMap {
      #" "\()<>,;:@[]"#.contains($0) ? ["\\", $0] : [$0]
    }
    return questionMarks(String(pairs)) + "@evil.example"
  }
  /// Exim's T="…".
  static let quoted: @Sendable (String) -> String = { text in
    backslashes(String(text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }))
  }
  /// Sendmail writes a backslash twice.
  static let sendmailAddress: @Sendable (String) -> String = { text in
    String(address(text).flatMap { $0 == "\\" ? ["\\", "\\"] : [$0] })
  }
  /// What a host's name can be: letters, digits, dashes, dots.
  static let hostName: @Sendable (String) -> String = { text in
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }
  /// A login of Exim's: where a server lets in who names himself as the end of a HELO and what
  /// follows it, nobody can tell him from one who may choose any HELO (`helo_accept_junk_hosts`).
  static let eximLogin: @Sendable (String) -> String = { text in
    backslashes(text).replacing(") [", with: ")[")
  }
}
