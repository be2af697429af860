import Foundation

// Dovecot, Courier and qpsmtpd.
extension ServerFacts {
  static let dovecot = [
    ServerFacts(
      server: "Dovecot",
      log: "`%k` in `login_log_format_elements`, `auth_verbose = yes`",
      runs: ["dovecot/2.3.19.1-elements"],
      gathersFailures: true,
      unloggedFailures: ["already_authenticated"]
    ),
    ServerFacts(
      server: "Dovecot",
      log: "as shipped",
      runs: ["dovecot/"],
      tls: .whether,
      tellsCipher: false,
      gathersFailures: true,
      unloggedFailures: ["already_authenticated", "dropped", "malformed", "wrong_password"]
    ),
  ]

  static let others = [
    ServerFacts(
      server: "Courier",
      log: "as shipped",
      runs: ["courier/"],
      tls: .nothing,
      tellsCipher: false,
      mechanism: .nothing,
      recipients: .none,
      tellsBytes: false,
      unloggedFailures: ["already_authenticated", "dropped"],
      shownLogin: { String(decoding: $0.utf8.prefix(47), as: UTF8.self) }
    ),
    ServerFacts(
      server: "qpsmtpd",
      log: "`loglevel LOGINFO`",
      runs: ["qpsmtpd/"],
      tls: .whether,
      tellsCipher: false,
      recipients: .none,
      tellsBytes: false,
      unloggedFailures: ["already_authenticated", "dropped"]
    ),
  ]

  /// A failed login as it is in every log of the server.
  ///
  /// qpsmtpd's logs end a line, escape the line break, or keep it, where the login has one.
  static func comparable(_ account: String, of server: String) -> String {
    guard server == "qpsmtpd" else { return account }
    let end = ["#012", "\\x0A", "#015", "\\x0D"].compactMap { account.range(of: $0)?.lowerBound }
      .min()
    return String(account[..<(end ?? account.endIndex)])
  }
}
