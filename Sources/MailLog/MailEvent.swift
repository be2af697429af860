/// What one line of a mail server's log says, as small values and byte ranges into its block.
///
/// A value without references: workers make millions of them, the session table joins them.
public struct MailEvent: Sendable {
  public enum Kind: UInt8, Sendable {
    /// A client connected to a server process.
    case connected
    /// The session's TLS handshake is done: `tls`, `detail` (the cipher).
    case tlsEstablished
    /// A TLS handshake failed: `detail` (the reason).
    case tlsFailed
    /// An authenticated client began a message: `queueID` (or none), `name` (the login), `detail`
    /// (the mechanism).
    case authenticatedMessage
    /// A message without AUTH, or a filter's re-injection, took `queueID`.
    case otherMessage
    /// AUTH failed: `name` (the login, where the line has it), `detail` (the mechanism), `reason`.
    case authFailed
    /// `queueID` is accepted: `name` (the sender), `bytes`, `recipients`.
    case queued
    /// A before-queue filter took the session's message: `name` (the sender).
    case filterAccepted
    /// The Message-ID of `queueID` was read.
    case messageID
    /// `queueID` (or, without one, the session's next message) is put on hold: `name` (the sender).
    case held
    /// The message `queueID` is refused or thrown away whole.
    case refused
    /// One command is refused: `detail` (the reply).
    case rejectedCommand
    /// `queueID` left the queue.
    case removed
    /// The client went away in the middle of a message's data.
    case lostInData
    /// The client went away at any other moment.
    case lost
    /// The session ended.
    case disconnected
    /// The server's own Received header of `queueID`: `tls` (`unknown`: it names none), `detail`.
    case receivedHeader
    /// The line before stands for `repeats` further ones.
    case lineRepeated
    // Of servers other than Postfix: `name` is the login, `tls` and `detail` (the cipher) are only
    // as far as the line tells them.
    /// The session is logged in: `name`, `mechanism`.
    case authenticated
    /// A message of the session is accepted: `sender`, `bytes`, `recipients`, `queueID` (or none).
    /// Without `name` it is of whom the session is logged in as.
    case accepted
    /// As `accepted`, unless the session's next line refuses it.
    case acceptedUnlessRefused
    /// As `accepted`, by a line that tells all: no session is asked.
    case submitted
    /// The `sender` of the message `queueID`, which was accepted without one.
    case envelope
    /// The message `queueID` is being delivered or waits for it: it was accepted.
    case delivery
    /// As `delivery`: it does not reach a recipient, for good; `detail` (the reason). Only where asked
    /// for, as `delivered` is.
    case bounced
    /// As `delivery`: it has reached a recipient.
    case delivered
    /// The message `queueID` is thrown away, though the line that accepts it is to come; without a
    /// queue ID the next message of a Postfix session.
    case discarded
  }

  public struct Flags: OptionSet, Sendable {
    public let rawValue: UInt16
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The service speaks TLS from the first byte.
    @inlinable public static var wrapped: Flags { Flags(rawValue: 1) }
    /// The session used STARTTLS with success, whether or not a line of its own tells.
    @inlinable public static var startedTLS: Flags { Flags(rawValue: 2) }
    /// The line before this one in the log is the event before this one.
    @inlinable public static var followsEvent: Flags { Flags(rawValue: 4) }
    /// The line names the sender, if only an empty one.
    @inlinable public static var namesSender: Flags { Flags(rawValue: 16) }
    /// No sign of TLS in a line where this server would show it.
    @inlinable public static var showsNoTLS: Flags { Flags(rawValue: 32) }
    /// The line tells all that there is to know: no session is asked.
    ///
    /// The same again from the same process (0: none is known) is its second copy for another log.
    @inlinable public static var standsAlone: Flags { Flags(rawValue: 64) }
    /// The line itself says that its client is logged in.
    @inlinable public static var saysLoggedIn: Flags { Flags(rawValue: 128) }
    /// The line never says whether its client is logged in.
    @inlinable public static var hidesLogin: Flags { Flags(rawValue: 512) }
    /// No other line of the session names its client.
    @inlinable public static var namesClient: Flags { Flags(rawValue: 1024) }
    /// The session ends with this line.
    @inlinable public static var endsSession: Flags { Flags(rawValue: 256) }
    /// Another program's line: it counts if the session turns out to be one of SMTP.
    @inlinable public static var unproven: Flags { Flags(rawValue: 2048) }
    /// A database does not know the user of a failed login: a further one may.
    @inlinable public static var mayYetSucceed: Flags { Flags(rawValue: 32768) }
    /// Another server is in front, whose client the session is of (XCLIENT): what TLS that one used
    /// the line's server does not know.
    @inlinable public static var behindProxy: Flags { Flags(rawValue: 4096) }
    /// Further lines may say the same of the message, for further recipients.
    @inlinable public static var mayComeAgain: Flags { Flags(rawValue: 8192) }
    /// The server has handed the message on: `detail` is the queue ID that the next one gave it.
    @inlinable public static var handedOn: Flags { Flags(rawValue: 16384) }
    /// No line of this block stands before this one.
    @inlinable public static var firstInBlock: Flags { Flags(rawValue: 8) }
  }

  // In an order without gaps: 128 bytes.
  public var kind: Kind
  public var tls: TLSVersion = .unknown
  public var reason: AuthFailureReason = .unknown
  /// How the server wrote `name` and `sender`.
  public var escape: TextEscape = .none
  /// Whose dialect the line is in.
  public var server = MailServer.postfix
  public var flags: Flags = []
  /// How many events this one stands for, at least 1.
  public var repeats: UInt32 = 1
  /// -1: the line does not say.
  public var recipients: Int32 = -1
  public var process: ProcessKey
  public var host: HostKey
  public var queueID: QueueID = .none
  public var stamp: LogStamp = .zero
  public var name: ByteRange = .none
  public var detail: ByteRange = .none
  public var sender: ByteRange = .none
  public var mechanism: ByteRange = .none
  /// `host[address]:port`, as the line has it, or the address alone.
  public var client: ByteRange = .none
  /// -1: the line does not say.
  public var bytes: Int64 = -1

  @inlinable public init(kind: Kind, process: ProcessKey, host: HostKey) {
    self.kind = kind
    self.process = process
    self.host = host
  }

  /// Forgets all but process, host, server and stamp.
  @inlinable @inline(__always)
  public mutating func reset() {
    kind = .connected
    tls = .unknown
    reason = .unknown
    flags = []
    escape = .none
    repeats = 1
    queueID = .none
    name = .none
    detail = .none
    sender = .none
    mechanism = .none
    client = .none
    bytes = -1
    recipients = -1
  }
}

/// Why AUTH failed, as far as the server says.
public enum AuthFailureReason: UInt8, Sendable {
  case credentials, temporary, cancelled, mechanism, unknown

  @inlinable public var label: String { "\(self)" }
}

/// One server process: host, program with its service, process ID.
public struct ProcessKey: BitwiseCopyable, Hashable, Sendable {
  /// A hash of the host's and the program's name.
  public var program: UInt64
  public var id: UInt32
  @inlinable public init(program: UInt64, id: UInt32) {
    self.program = program
    self.id = id
  }

  /// From now on the key is of one session of the program, whichever process logs its lines.
  @inlinable @inline(__always)
  public mutating func enter(session: Span<UInt8>) {
    program = ByteHash.mix(program, ByteHash.stable.brief(session))
    id = 0
  }

  /// From now on the key is of the process's sessions with one client.
  @inlinable public mutating func narrow(to client: Span<UInt8>) {
    program = ByteHash.mix(program, ByteHash.stable(client))
  }
}
