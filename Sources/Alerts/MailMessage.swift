package import Foundation

/// A mail: its header is made here, so that no text in it can add a field.
package struct MailMessage: Sendable {
  /// A part of the body.
  package struct Part: Sendable {
    /// `text/plain; charset=utf-8`.
    package var type: String
    package var bytes: [UInt8]
    /// nil: it is shown; else it is attached under this name, which is of ASCII.
    package var fileName: String?
    /// If there are any, the part is one of these, the last that a reader can show.
    package var alternatives: [Part] = []

    package init(type: String, bytes: [UInt8], fileName: String? = nil) {
      self.type = type
      self.bytes = bytes
      self.fileName = fileName
    }

    /// A text that is shown; its lines end in a newline.
    package init(type: String, text: String) {
      // In CR and LF, or they are encoded as what they are not, RFC 2045, section 6.7.
      self.init(type: type, bytes: Array(text.replacing("\n", with: "\r\n").utf8))
    }

    package init(alternatives: [Part]) {
      self.init(type: "multipart/alternative", bytes: [])
      self.alternatives = alternatives
    }

    var isText: Bool { type.hasPrefix("text/") && fileName == nil }
  }

  /// Addresses, `name@domain`, which were checked.
  package var from: String
  package var to: [String]
  package var subject: String
  /// The left side of the Message-ID; the same for every attempt.
  package var id: String
  package var date: Date
  package var parts: [Part]
  /// Further fields, in ASCII.
  package var fields: [(name: String, value: String)] = []

  package init(
    from: String,
    to: [String],
    subject: String,
    id: String,
    date: Date,
    parts: [Part]
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.id = id
    self.date = date
    self.parts = parts
  }

  /// The fields above the body, RFC 5322.
  var header: [String] {
    let domain = from.split(separator: "@").last ?? "localhost"
    return [
      "Date: \(Self.text(date))", "From: Submitwatch <\(Self.safe(from))>",
      "To: \(to.map(Self.safe).joined(separator: ",\r\n "))",
      "Subject: \(Self.encoded(subject))", "Message-ID: <\(Self.safe(id))@\(domain)>",
      // Nobody's holiday answers, RFC 3834.
      "Auto-Submitted: auto-generated",
    ] + fields.map { "\(Self.safe($0.name)): \(Self.safe($0.value))" }
  }

  private static func text(_ date: Date) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return format.string(from: date)
  }

  private static func safe(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 >= 0x20 && $0 < 0x7f }, as: UTF8.self)
  }

  /// Encoded words where they are needed, RFC 2047: at most 75 characters each, 76 in a line with
  /// the field's name, and whole characters.
  private static func encoded(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
    if isPlain, text.utf8.count <= 900, !text.contains("=?") { return text }
    var words: [String] = []
    var word: [UInt8] = []
    for character in text.unicodeScalars {
      let bytes = Array(String(character).utf8)
      if word.count + bytes.count > 39 {
        words.append(Data(word).base64EncodedString())
        word = []
      }
      word += bytes
    }
    words.append(Data(word).base64EncodedString())
    return words.map { "=?UTF-8?B?\($0)?=" }.joined(separator: "\r\n ")
  }
}
