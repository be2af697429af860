/// One message accepted from an authenticated client.
public struct Submission: BitwiseCopyable, Sendable {
  // In an order that makes 120 bytes, and leaves the tag of a `SessionOutcome` room in the bits that
  // `tls` and `isUndecided` do not use: it is copied in whole registers then, without a call.
  /// The time of the line that proves acceptance.
  public var time: Timestamp
  /// The same as that line writes it.
  public var stamp: LogStamp
  public var account: NameTable.ID
  /// The number of the submission in its run, from 0.
  public var number: UInt64 = 0
  /// The time of the line that began the message; `time` where that is not known.
  public var began: Timestamp
  public var host: HostKey
  public var client: ClientAddress
  public var queueID: QueueID
  /// Whose log tells of it.
  public var server = MailServer.postfix
  public var tls: TLSVersion
  /// The session showed no TLS, and whether its host logs TLS at all is not known yet: `tls` is
  /// `unknown` until then.
  public var isUndecided: Bool
  /// It counts as sent without TLS for now: what its session logs until its end proves that, or takes
  /// it back.
  public var isProvisional = false
  public var sender: NameTable.ID
  /// Names in the table of terms: cipher and SASL mechanism, `NameTable.empty` where unknown.
  public var cipher: NameTable.ID
  public var mechanism: NameTable.ID
  /// How many messages one line stands for.
  public var messages: UInt32
  /// As `MailEvent.recipients`; -1: the server does not log it.
  public var loggedRecipients: Int32
  /// As `MailEvent.bytes`; -1: the server does not log it.
  public var loggedBytes: Int64

  @inlinable public init(
    time: Timestamp,
    stamp: LogStamp,
    host: HostKey,
    account: NameTable.ID,
    sender: NameTable.ID,
    client: ClientAddress = .unknown,
    tls: TLSVersion = .unknown,
    isUndecided: Bool = false,
    cipher: NameTable.ID = NameTable.empty,
    mechanism: NameTable.ID = NameTable.empty,
    queueID: QueueID = .none,
    recipients: UInt32? = nil,
    bytes: UInt64? = nil,
    messages: UInt32 = 1
  ) {
    self.time = time
    self.stamp = stamp
    began = time
    self.host = host
    self.account = account
    self.sender = sender
    self.client = client
    self.tls = tls
    self.isUndecided = isUndecided
    self.cipher = cipher
    self.mechanism = mechanism
    self.queueID = queueID
    self.messages = messages
    loggedRecipients = recipients.map { Int32(clamping: $0) } ?? -1
    loggedBytes = bytes.map { Int64(clamping: $0) } ?? -1
  }
}

extension Submission {
  /// nil: the server does not log it.
  @inlinable public var recipients: UInt32? {
    get { UInt32(exactly: loggedRecipients) }
    set { loggedRecipients = newValue.map { Int32(clamping: $0) } ?? -1 }
  }

  /// nil: the server does not log it.
  @inlinable public var bytes: UInt64? {
    get { UInt64(exactly: loggedBytes) }
    set { loggedBytes = newValue.map { Int64(clamping: $0) } ?? -1 }
  }

  /// Whose log tells of it.
  @inlinable public var logger: HostKey { host.logger(server) }
}

/// One or more failed AUTH commands that one line tells of.
public struct AuthFailure: Sendable {
  public var time: Timestamp
  public var stamp: LogStamp
  /// The host's log that tells of it.
  public var logger: HostKey
  /// The login as the log has it, in the block of the line; none if it does not say.
  public var name: ByteRange
  /// How the server wrote `name`.
  public var escape: TextEscape = .none
  public var mechanism: ByteRange
  public var client: ClientAddress
  public var tls: TLSVersion
  public var reason: AuthFailureReason
  public var attempts: UInt32
  /// The later line that shows that it was one of submission; nil: its own line does.
  public var proof: Proof?

  /// A line with stamps of the same kind as the failure's.
  public struct Proof: Sendable {
    public var time: Timestamp
    /// Whether the failure would count by that line alone.
    public var tellsFailure: Bool

    @inlinable public init(time: Timestamp, tellsFailure: Bool) {
      self.time = time
      self.tellsFailure = tellsFailure
    }
  }

  @inlinable public init(
    time: Timestamp,
    stamp: LogStamp,
    logger: HostKey = HostKey(hash: 0),
    name: ByteRange,
    mechanism: ByteRange,
    client: ClientAddress,
    tls: TLSVersion,
    reason: AuthFailureReason,
    attempts: UInt32
  ) {
    self.time = time
    self.stamp = stamp
    self.logger = logger
    self.name = name
    self.mechanism = mechanism
    self.client = client
    self.tls = tls
    self.reason = reason
    self.attempts = attempts
  }
}
