/// One connection to an SMTP server: what its client is going to do, and how far it has come.
struct Session {
  enum Step {
    case connect, failHandshake, secure, failLogin, transact, abort, refuseContent
    case rejectRecipient, lose, disconnect
  }

  let process: ProcessTable.Process
  /// The client's name and address, as in `connect from`.
  let client: [UInt8]
  var step = Step.connect
  /// The TLS version now.
  var tls = TLSVersion.none

  /// The TLS version to come, after `messagesBeforeTLS` messages in the clear.
  var offeredTLS = TLSVersion.none
  var messagesBeforeTLS = 0
  var failsHandshake = false
  /// The account that logs in; without one there is no AUTH.
  var account: Int?
  var mechanism = "PLAIN"
  var failedLogins = 0
  var rejectedRecipients = 0
  var messages = 0
  /// Whether the client leaves in the middle of one more message.
  var aborts = false
  /// The command at which the connection is lost, if it is.
  var lossCommand: String?
  /// The unfinished message.
  var abortedID: QueueID?
  /// Whether nothing out of the ordinary may delay its messages.
  var isPrompt = false

  var sentMessages = 0
  var commands = CommandCounts()

  init(process: ProcessTable.Process, client: [UInt8]) {
    self.process = process
    self.client = client
  }

  var isWrapped: Bool {
    process.program == .submissions
  }

  /// What the client does next, after the greeting or any step but the last.
  var nextStep: Step {
    if failsHandshake { return .failHandshake }
    if offeredTLS != .none, tls == .none, sentMessages >= messagesBeforeTLS { return .secure }
    if failedLogins > 0 { return .failLogin }
    if rejectedRecipients > 0 { return .rejectRecipient }
    if messages > 0 { return .transact }
    if aborts { return .abort }
    if abortedID != nil, lossCommand == nil { return .refuseContent }
    return lossCommand == nil ? .disconnect : .lose
  }
}

/// How often each SMTP command was given, for the statistics of `disconnect from`.
struct CommandCounts {
  enum Command: Int, CaseIterable {
    case ehlo, starttls, auth, mail, rcpt, data, rset, quit

    var name: String {
      switch self {
      case .ehlo: "ehlo"
      case .starttls: "starttls"
      case .auth: "auth"
      case .mail: "mail"
      case .rcpt: "rcpt"
      case .data: "data"
      case .rset: "rset"
      case .quit: "quit"
      }
    }
  }

  private var accepted = SIMD8<Int32>()
  private var given = SIMD8<Int32>()

  mutating func accept(_ command: Command, count: Int = 1) {
    accepted[command.rawValue] += Int32(count)
    given[command.rawValue] += Int32(count)
  }

  mutating func refuse(_ command: Command, count: Int = 1) {
    given[command.rawValue] += Int32(count)
  }

  struct Total {
    let name: String
    let accepted: Int
    let given: Int
  }

  /// Each command that was given, then the sum of all.
  var totals: [Total] {
    let each = Command.allCases.map { command in
      Total(
        name: command.name,
        accepted: Int(accepted[command.rawValue]),
        given: Int(given[command.rawValue])
      )
    }
    let sum = Total(
      name: "commands",
      accepted: Int(accepted.wrappedSum()),
      given: Int(given.wrappedSum())
    )
    return each.filter { $0.given > 0 } + [sum]
  }
}
