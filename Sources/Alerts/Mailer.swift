import CCurl
/// Hands mails to an SMTP server; blocks.
package struct Mailer: Equatable, Sendable {
  /// `smtp://host:port`, or `smtps://` where TLS comes first.
  package var server = "smtp://localhost"
  package var user: String?
  package var password: Secret?
  /// Certificates of authorities; nil: the system's.
  package var authorities: String?

  package init() {}

  /// Sends a mail to all of its recipients; where one is refused, none gets it.
  ///
  /// - Returns: what the server said, in few words.
  package func send(
    _ mail: MailMessage,
    _ surroundings: SinkSurroundings
  ) throws(AlertSinkError) -> String {
    let transfer = try Transfer(
      "\(server)/\(surroundings.host)",
      protocols: "smtp,smtps",
      surroundings
    )
    // To this machine nobody reads along, and its certificate is mostly its own.
    if !isLocal { transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let authorities { transfer.set(CURLOPT_CAINFO, authorities) }
    if let user {
      transfer.set(CURLOPT_USERNAME, user)
      transfer.set(CURLOPT_PASSWORD, try password?.read() ?? "")
    }
    transfer.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
    transfer.set(CURLOPT_MAIL_RCPT, mail.to.map { "<\($0)>" })
    transfer.set(CURLOPT_HTTPHEADER, mail.header)
    transfer.setParts(mail.parts)
    return "SMTP \(try transfer.run())"
  }

  private var isLocal: Bool {
    server.hasPrefix("smtp://") && ["localhost", "127.0.0.1", "[::1]"].contains(host)
  }

  private var host: String {
    let place = server.split(separator: "/").last ?? ""
    if place.hasPrefix("[") { return String(place.prefix { $0 != "]" }) + "]" }
    return String(place.prefix { $0 != ":" })
  }

  /// For `Section.text`.
  package static func check(_ text: String) -> String? {
    let schemes = ["smtp://", "smtps://"].filter { text.hasPrefix($0) }
    guard let scheme = schemes.first else { return nil }
    let place = text.dropFirst(scheme.count)
    let isPlace = place.utf8.allSatisfy { byte in
      let letter = byte | 0x20
      return (97...122).contains(letter) || (48...57).contains(byte) || "-.:[]".utf8.contains(byte)
    }
    return isPlace && !place.isEmpty && !place.hasPrefix(":") ? text : nil
  }
}
