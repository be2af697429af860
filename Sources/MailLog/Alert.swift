/// One account that submits unusually, or did: what a person can act on.
///
/// The text of every part is escaped as in reports: valid UTF-8 without control characters.
public struct Alert: Sendable, Equatable {
  /// What was unusual.
  public enum Rule: String, CaseIterable, Sendable {
    /// More than the account's own record.
    case volume
    /// More than its record from networks that are new to it.
    case newNetworks = "new-networks"
    /// Busier than usual for hours on end.
    case sustained
    /// Many failed logins from several networks, then a submission.
    case failuresThenSuccess = "failures-then-success"
    /// More refused or bounced messages than its record.
    case rejections
    /// More than a fixed number in a window.
    case cap
  }

  public enum Severity: String, CaseIterable, Sendable { case warning, critical }
  public enum State: String, CaseIterable, Sendable { case firing, resolved }

  /// What an alert counts.
  public enum Unit: UInt8, CaseIterable, Sendable {
    case recipients, messages, refusals
    case failedLogins
  }

  /// A network (IPv4 /24, IPv6 /48) that the account submitted from in the window.
  public struct Client: Sendable, Equatable {
    /// In CIDR notation.
    public var network: String
    /// When the account was first seen from there; nil: not known.
    public var first: Timestamp?
    public var count: UInt64
    /// The network was first seen for this account on the day of the alert.
    public var isNew: Bool

    public init(network: String, first: Timestamp?, count: UInt64, isNew: Bool) {
      self.network = network
      self.first = first
      self.count = count
      self.isNew = isNew
    }
  }

  /// A hash of rule, severity, account and the log time of the submission that raised it: the same for a
  /// replayed log.
  public var id: String
  public var rule: Rule
  public var severity: Severity
  public var state: State = .firing
  public var account: String
  public var senders: [String] = []
  public var started: Timestamp
  /// When the figures last changed.
  public var updated: Timestamp
  /// nil while it fires.
  public var ended: Timestamp?
  public var windowSeconds: Int
  /// What was counted in the window, in `unit`.
  public var count: UInt64
  public var unit = Unit.recipients
  /// What the account's record allows in that window.
  public var expected: Double
  /// The logarithm of how far the count is above what is expected.
  public var score: Double
  public var clients: [Client] = []
  /// Log lines behind the alert, AUTH arguments `[redacted]`, at most 512 bytes each.
  public var evidence: [String] = []
  /// One English sentence with the numbers, that a person can act on.
  public var text: String
  /// It is the last of its severity and hour that is sent: so many are, the others are only listed.
  public var sentLimit: UInt32?
  /// What a person said of it; nil: nobody did.
  public var verdict: AlertVerdict?

  public init(
    id: String,
    rule: Rule,
    severity: Severity,
    account: String,
    started: Timestamp,
    windowSeconds: Int,
    count: UInt64,
    expected: Double,
    score: Double,
    text: String
  ) {
    self.id = id
    self.rule = rule
    self.severity = severity
    self.account = account
    self.started = started
    updated = started
    self.windowSeconds = windowSeconds
    self.count = count
    self.expected = expected
    self.score = score
    self.text = text
  }
}

/// What a person says of an alert.
public enum AlertVerdict: String, CaseIterable, Sendable {
  /// The account's owner did it: it belongs to the account's record.
  case legitimate
  /// Somebody else did it: it does not.
  case compromised
}

/// What became of an alert.
public enum AlertChange: Sendable, Equatable {
  /// A new alert, with an id that was never used.
  case fired(Alert)
  /// Its figures changed by a good deal, or it fires again after it was resolved.
  case refreshed(Alert)
  /// It no longer fires; `replacedBy`: the id of the alert that took its place at once, as it fires
  /// for a day or became critical.
  case resolved(Alert, replacedBy: String?)

  public var alert: Alert {
    switch self {
    case .fired(let alert), .refreshed(let alert), .resolved(let alert, _): alert
    }
  }
}
