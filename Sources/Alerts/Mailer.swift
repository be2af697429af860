import CCurl
package import Settings

/// Hands mails to an SMTP server; blocks.
package struct Mailer: Equatable, Sendable {
  package var server: MailServer

  package init(_ server: MailServer) {
    self.server = server
  }

  /// Sends a mail to all of its recipients; where one is refused, none gets it.
  ///
  /// - Returns: what the server said, in few words.
  package func send(
    _ mail: MailMessage,
    _ surroundings: SinkSurroundings
  ) throws(AlertSinkError) -> String {
    let transfer = try Transfer(
      "\(server.url)/\(surroundings.host)",
      protocols: "smtp,smtps",
      surroundings
    )
    // To this machine nobody reads along, and its certificate is mostly its own.
    if !isLocal { transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let authorities = server.authorities { transfer.set(CURLOPT_CAINFO, authorities) }
    if let user = server.user {
      transfer.set(CURLOPT_USERNAME, user)
      transfer.set(CURLOPT_PASSWORD, try server.password?.read() ?? "")
    }
    transfer.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
    transfer.set(CURLOPT_MAIL_RCPT, mail.to.map { "<\($0)>" })
    transfer.set(CURLOPT_HTTPHEADER, mail.header)
    try transfer.setParts(mail.parts)
    return "SMTP \(try transfer.run())"
  }

  private var isLocal: Bool {
    server.url.hasPrefix("smtp://") && ["localhost", "127.0.0.1", "[::1]"].contains(host)
  }

  private var host: String {
    let place = server.url.split(separator: "/").last ?? ""
    if place.hasPrefix("[") { return String(place.prefix { $0 != "]" }) + "]" }
    return String(place.prefix { $0 != ":" })
  }
}
