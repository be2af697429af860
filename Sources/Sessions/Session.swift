import MailLog

/// One connection to one server process, as far as the log has told.
struct Session: BitwiseCopyable, Sendable {
  /// Different for each session of a run.
  var number: UInt64
  var host: HostKey
  var lastSeen: Timestamp
  var tls: TLSVersion = .unknown
  var cipher = NameTable.empty
  var flags: Flags = []
  /// The message that the session took last.
  var queueID = QueueID.none
  /// Who the session is logged in as, and how; empty while the log has not told.
  var account = NameTable.empty
  var mechanism = NameTable.empty
  var client = ClientAddress.unknown
  /// The last of the submissions that count as sent without TLS, in `SessionTable.plain`.
  var lastPlain: Int32 = -1
  /// Tells the client of a Postfix process from the next one; 0: no line has named it.
  var peer: UInt32 = 0

  struct Flags: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8
    /// The session was seen from its `connect from`.
    static let seenFromStart = Flags(rawValue: 1)
    /// The session had a TLS line.
    static let loggedTLS = Flags(rawValue: 2)
    static let wrapped = Flags(rawValue: 4)
    /// The session's next message goes on hold.
    static let holdsNext = Flags(rawValue: 8)
    /// The session's message is on hold, and counts unless the session's next line cancels it.
    static let hasHeld = Flags(rawValue: 16)
    /// The server says in each line of a message whether its client is logged in.
    static let saysLogins = Flags(rawValue: 32)
    /// A before-queue filter decides on the session's message.
    static let filtered = Flags(rawValue: 64)
    /// The session's next message is thrown away.
    static let discardsNext = Flags(rawValue: 128)
  }

  /// Whether the log can prove, for the moment, that the session uses no TLS.
  var isPlain: Bool {
    flags.contains(.seenFromStart) && flags.isDisjoint(with: [.loggedTLS, .wrapped])
  }
}

/// Whose session a message is of.
struct MessageOrigin: BitwiseCopyable, Sendable {
  var process: ProcessKey
  var session: UInt64
  /// The session was plain when the message began.
  var isPlain: Bool
}

/// A message that an authenticated client began, until it is accepted or given up.
struct WaitingMessage: BitwiseCopyable, Sendable {
  // In an order without gaps.
  var process: ProcessKey
  var account: NameTable.ID
  var host: HostKey
  var session: UInt64
  var client: ClientAddress
  var mechanism: NameTable.ID
  var cipher: NameTable.ID
  /// When the line came that began it.
  var began: Timestamp
  /// From then on the ID may mean another message.
  var deadline: Timestamp
  /// Of a held message: the line that proved it, and its sender.
  var heldAt = Timestamp(nanoseconds: 0)
  var heldStamp = LogStamp.zero
  var sender = NameTable.empty
  var tls: TLSVersion
  /// Its session was plain when it began.
  var isPlain: Bool
  var isHeld = false
  var hasMessageID = false
  var hasReceivedHeader = false

  var origin: MessageOrigin {
    MessageOrigin(process: process, session: session, isPlain: isPlain)
  }
}

/// A `queue active` line whose `client=` line has not come yet.
struct EarlyMessage: BitwiseCopyable, Sendable {
  var time: Timestamp
  var stamp: LogStamp
  /// The sender, in `EarlyMessages.text`.
  var sender: ByteRange
  var bytes: Int64
  var recipients: Int32
}

/// A queue ID on its host, whatever that one's domain: so the halves of a message are found in two
/// logs that name the host differently, and hosts of the same label hardly use the same ID at once.
struct MessageKey: Hashable, SlotKey, Sendable {
  var host: HostKey
  var queueID: QueueID

  @inline(__always) init(host: HostKey, queueID: QueueID) {
    self.host = host.label
    self.queueID = queueID
  }

  var slotHash: UInt64 {
    // An odd factor; the third word is 0 but for the longest IDs.
    let words = queueID.words
    return ByteHash.mix(words.0 ^ host.hash, words.1 &+ words.2 &* 0x9e37_79b9_7f4a_7c15)
  }
}
