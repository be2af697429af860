import MailLog

/// What messages say is allowed.
enum Expected {
  static let zone = "a time zone such as \(ZoneRules.examples)"
  static let database = "an absolute path such as /var/lib/submitwatch/submitwatch.db"
  static let directory = "the absolute path of a directory with journals"
  static let socket = "an absolute path of at most \(SocketPath.longest) bytes"
  static let log = "the absolute path of a log, with *, ? and [] for names, and %D for Exim's date"
  static let oldFolder = "the absolute path of the folder where logrotate puts old logs"
  static let source = "'file: PATH' or 'journal:'"
}

/// Whether a text is what a key needs: the text to use, or nil.
package enum Check {
  package static func path(_ text: String) -> String? {
    text.hasPrefix("/") && !text.hasControls ? text : nil
  }

  package static let nameExpected = "a name of letters, digits, - and ."

  package static func name(_ text: String) -> String? {
    text.utf8.allSatisfy(isNamePart) && text.utf8.count <= 64 ? text : nil
  }

  static func text(_ text: String) -> String? {
    !text.hasControls && text.utf8.count <= 1024 ? text : nil
  }

  /// Minutes since midnight, written `HH:MM`.
  static func time(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isWritten =
      parts.count == 2
      && parts.allSatisfy { part in
        part.utf8.count == 2 && part.utf8.allSatisfy { (48...57).contains($0) }
      }
    guard isWritten, let hour = Int(parts[0]), hour < 24, let minute = Int(parts[1]), minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  static func socket(_ text: String) -> String? {
    text.utf8.count <= SocketPath.longest && !text.hasSuffix("/") ? path(text) : nil
  }

  static func log(_ text: String) -> String? {
    let stamps = text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
    guard stamps.allSatisfy({ $0.hasPrefix("D") }), !text.hasSuffix("/") else { return nil }
    return path(text)
  }

  /// systemd.exec(5), LogNamespace=: a part of a file's name, in ASCII.
  static func namespace(_ text: String) -> String? {
    let isName = text.utf8.allSatisfy { isNamePart($0) || $0 == UInt8(ascii: "_") }
    return isName && text.utf8.count <= 200 ? text : nil
  }

  package static func host(_ text: String) -> String? {
    let name = text.lowercased()
    if name.hasPrefix("["), name.hasSuffix("]") {
      let address = name.dropFirst().dropLast()
      return address.utf8.allSatisfy { isHexadecimal($0) || ":.".utf8.contains($0) } ? name : nil
    }
    return isHostName(name) ? name : nil
  }

  package static func recipient(_ text: String) -> String? {
    guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return nil }
    let name = text[..<at]
    let isName =
      name == "*"
      || name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"*,;<>@\"\\".utf8.contains($0) }
    let domain = text[text.index(after: at)...].lowercased()
    return isName && text.utf8.count <= 254 && isHostName(domain) ? "\(name)@\(domain)" : nil
  }

  package static let addressExpected = "an address such as postmaster@example.org"

  /// One address, in ASCII: no sign of it can end a header field or begin another address.
  package static func address(_ text: String) -> String? {
    let isASCII = text.utf8.allSatisfy { $0 < 0x7f }
    return text.hasPrefix("*") || !isASCII ? nil : recipient(text)
  }

  /// A letter, a digit, a hyphen or a dot.
  static func isNamePart(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-.".utf8.contains(byte)
  }

  private static func isHostName(_ name: String) -> Bool {
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253 && name.utf8.allSatisfy(isNamePart)
      && labels.allSatisfy { !$0.isEmpty && $0.utf8.count <= 63 }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    byte < 0x80 && Character(Unicode.Scalar(byte)).isHexDigit
  }
}
