/// An event as `parse` prints it: what a log line says, joined with its session.
public struct LoggedEvent: Sendable {
  public enum Kind: String, Sendable {
    case connect, tls, disconnect, submission, rejected
    case tlsFailure = "tls-failure"
    case authSuccess = "auth-success"
    case authFailure = "auth-failure"
  }

  public var kind: Kind
  /// The time with the log's own precision and zone.
  public var time: String
  public var server: MailServer
  /// Names are escaped text; nil is unknown, as in all that follows.
  public var account: String?
  public var sender: String?
  public var client: ClientAddress = .unknown
  public var tls: TLSVersion = .unknown
  public var cipher: String?
  public var mechanism: String?
  public var recipients: UInt32?
  public var bytes: UInt64?
  public var queueID: QueueID = .none
  public var reason: AuthFailureReason?
  public var attempts: UInt32 = 1

  public init(_ kind: Kind, time: String, server: MailServer) {
    self.kind = kind
    self.time = time
    self.server = server
  }
}
