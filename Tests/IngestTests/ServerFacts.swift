import MailLog

/// What a server's log can and cannot tell of submissions, with one choice of its settings.
///
/// `ServerFactsTests` checks it against what the clients of the recorded runs did, and the README's
/// table is made of it. A new server adds its rows to `all`.
struct ServerFacts: Sendable {
  enum TLS: String, Sendable {
    case version = "yes"
    case whether = "only yes or no"
    case nothing = "no"

    /// What the log shows of a session.
    func shown(_ version: TLSVersion) -> TLSVersion {
      switch self {
      case .version: version
      case .whether: version == .none ? .none : .unknown
      case .nothing: .unknown
      }
    }
  }

  enum Mechanism: String, Sendable {
    case name = "yes"
    /// A name that the operator chose; `mechanismName` knows those of the recorded runs.
    case authenticator = "the authenticator's name"
    case nothing = "no"
  }

  enum Recipients: String, Sendable {
    case all = "yes"
    case shortLines = "if the line has less than 870 bytes"
    case none = "no"
  }

  let server: String
  /// Which settings or which of its logs, in Markdown.
  let log: String
  /// Runs, `postfix/3.7.11`, or logs of runs, `exim/4.96-all/mainlog`: how their names begin.
  let runs: [String]
  var tls = TLS.version
  var tellsCipher = true
  var mechanism = Mechanism.name
  var recipients = Recipients.all
  /// Why AUTH failed, in the clients' words, where the server writes no line of it.
  var unloggedFailures: [String] = []
  /// How the server writes logins that it shortens: as the clients sent them.
  var shownLogin: @Sendable (String) -> String = { $0 }

  /// Every row of the table, the special ones first where two are of one run.
  static let all = exim + postfix + sendmail + openSMTPD

  static let postfix = [
    ServerFacts(
      server: "Postfix",
      log: "`smtpd_tls_loglevel = 0`, the default",
      runs: ["postfix/3.7.11-tls-loglevel-0"],
      tls: .nothing,
      tellsCipher: false,
      unloggedFailures: unloggedByPostfix
    ),
    ServerFacts(
      server: "Postfix",
      log: "`smtpd_tls_loglevel = 1` or more",
      runs: ["postfix/"],
      unloggedFailures: unloggedByPostfix
    ),
  ]

  private static let unloggedByPostfix = [
    "tls_required", "already_authenticated", "auth_not_offered_on_25", "dropped",
  ]

  static let exim = [
    ServerFacts(
      server: "Exim",
      log: "`log_selector = +received_recipients`, main log",
      runs: ["exim/4.96-all/mainlog"],
      mechanism: .authenticator,
      unloggedFailures: ["already_authenticated"]
    ),
    ServerFacts(
      server: "Exim",
      log: "`log_selector = +received_recipients`, syslog",
      runs: ["exim/4.96-all"],
      mechanism: .authenticator,
      recipients: .shortLines,
      unloggedFailures: ["already_authenticated"]
    ),
    ServerFacts(
      server: "Exim",
      log: "as Debian has it",
      runs: ["exim/"],
      mechanism: .authenticator,
      recipients: .none,
      unloggedFailures: ["already_authenticated"]
    ),
  ]

  static let sendmail = [
    ServerFacts(
      server: "Sendmail",
      log: "`LogLevel` 9, the default, or more",
      runs: ["sendmail/"],
      unloggedFailures: ["dropped", "aborted", "mechanism", "already_authenticated"]
    )
  ]

  static let openSMTPD = [
    ServerFacts(
      server: "OpenSMTPD",
      log: "as it is",
      runs: ["opensmtpd/"],
      mechanism: .nothing,
      unloggedFailures: ["dropped"]
    )
  ]

  // MARK: Of a log

  struct Missing: Error {
    var name: String
  }

  static func of(_ capture: Capture) throws -> ServerFacts {
    try named("\(capture)/")
  }

  static func of(_ log: Capture.Log) throws -> ServerFacts {
    try named("\(log.capture)/\(log.files[0])")
  }

  private static func named(_ name: String) throws -> ServerFacts {
    let found = all.first { facts in facts.runs.contains { name.hasPrefix($0) } }
    guard let found else { throw Missing(name: name) }
    return found
  }

  /// How a server writes logins, by the folder of its fixtures.
  static func escape(of folder: String) -> TextEscape {
    switch folder {
    case "exim": .octal
    case "sendmail": .printable
    case "opensmtpd": .vis
    default: .none
    }
  }

  /// The account of a login as the clients sent it.
  func account(_ login: String) -> String { folded(shownLogin(login)) }

  /// The mechanism that the log's word for it stands for.
  func mechanismName(_ name: String) -> String {
    guard mechanism == .authenticator else { return name }
    return name.replacing("_server", with: "").replacing("_", with: "-").uppercased()
  }

  // MARK: The table

  static var table: [String] {
    let head = [
      "| server | log | TLS version | cipher | mechanism | recipients | failed AUTH, all but |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    return head
      + all.map { facts in
        let failures = facts.unloggedFailures.map { words[$0] ?? $0 }
        let cells = [
          facts.server, facts.log, facts.tls.rawValue, facts.tellsCipher ? "yes" : "no",
          facts.mechanism.rawValue, facts.recipients.rawValue,
          failures.isEmpty ? "none" : failures.joined(separator: ", "),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
      }.sorted()
  }

  private static let words = [
    "aborted": "cancelled", "mechanism": "unknown mechanisms",
    "tls_required": "refused for want of TLS", "already_authenticated": "AUTH after AUTH",
    "auth_not_offered_on_25": "refused on port 25", "dropped": "broken off",
  ]
}
