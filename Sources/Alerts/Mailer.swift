import CCurl
package import Settings

/// Hands mails to an SMTP server; blocks.
package struct Mailer: Equatable, Sendable {
  package var server: MailServer

  package init(_ server: MailServer) {
    self.server = server
  }

  /// Sends a mail to all of its recipients that the server takes it for.
  ///
  /// - Throws: if the server takes it for nobody.
  package func send(
    _ mail: MailMessage,
    _ surroundings: SinkSurroundings
  ) throws(AlertSinkError) -> MailReceipt {
    let transfer = try Transfer("\(server.url)/\(surroundings.host)", .mail, surroundings)
    requireTLS(transfer)
    if let authorities = server.authorities { transfer.set(CURLOPT_CAINFO, authorities) }
    if let user = server.user {
      transfer.set(CURLOPT_USERNAME, user)
      transfer.set(CURLOPT_PASSWORD, try server.password?.read() ?? "")
    }
    transfer.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
    transfer.set(CURLOPT_MAIL_RCPT, mail.to.map { "<\($0)>" })
    // CURLOPT_MAIL_RCPT_ALLOWFAILS(3), which had another name before curl 8.2.
    transfer.set(CURLoption(rawValue: 290), 1)
    transfer.set(CURLOPT_HTTPHEADER, mail.header)
    try transfer.setParts(mail.parts)
    do throws(AlertSinkError) {
      var receipt = MailReceipt(status: try transfer.run(), mail.to, transfer.replies.lines)
      receipt.text += missingLogin(transfer.replies)
      return receipt
    } catch {
      // libcurl tells of the last recipient: an earlier one may only be put off.
      let isPutOff = transfer.replies.lines.contains { $0.hasPrefix("4") }
      throw AlertSinkError(
        error.description + missingLogin(transfer.replies),
        isRecoverable: error.isRecoverable || isPutOff
      )
    }
  }

  /// To this machine nobody reads along, and its certificate is mostly its own: TLS is only for a
  /// login that the server may not offer without it.
  private func requireTLS(_ transfer: Transfer) {
    guard isLocal else { return transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    guard server.user != nil else { return }
    transfer.set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
    transfer.set(CURLOPT_SSL_VERIFYPEER, 0)
    transfer.set(CURLOPT_SSL_VERIFYHOST, 0)
  }

  /// libcurl goes on without a login where the server offers none.
  private func missingLogin(_ replies: SMTPReplies) -> String {
    let isMissing = server.user != nil && !replies.offersLogin
    guard isMissing, replies.lines.contains(where: { $0.hasPrefix("250") }) else { return "" }
    return "; without the login under user: the server offers none there"
  }

  private var isLocal: Bool {
    server.url.hasPrefix("smtp://") && WebAddress.isLoopback(server.url)
  }
}

/// What became of a mail that a server took for one recipient at least.
package struct MailReceipt: Sendable {
  /// What the server said, in few words.
  package var text: String
  /// For whom it is to be sent again.
  var putOff: [String] = []
  /// For whom it is not.
  var refused: [String] = []

  /// - Parameters:
  ///   - status: the last one of the transfer.
  ///   - recipients: in the order in which they were named to the server.
  ///   - replies: what it said to each command.
  fileprivate init(status: Int, _ recipients: [String], _ replies: [String]) {
    text = "SMTP \(status)"
    // The mail itself comes right behind the recipients, RFC 5321, section 3.3.
    let named = replies.prefix { !$0.hasPrefix("354") }.suffix(recipients.count)
    for (recipient, reply) in zip(recipients, named) where !reply.hasPrefix("2") {
      text += "; not for \(recipient): \(reply)"
      if reply.hasPrefix("5") { refused.append(recipient) } else { putOff.append(recipient) }
    }
  }
}
