package import MailLog

/// What follows from an event.
package enum SessionOutcome: Sendable {
  case submission(Submission)
  /// A client is logged in; the account is known.
  case authenticated(Authentication, Timestamp)
  case authFailure(AuthFailure)
  /// A failure that an earlier line told of: its ranges are in `NotedFailures.text`.
  case notedFailure(AuthFailure)
  /// The last failure came so often again, until then.
  case lastFailureRepeated(UInt32, Timestamp, LogStamp)
  /// A command or a message is refused, `count` times; the account is empty where it is not known.
  case rejected(
    account: NameTable.ID,
    client: ClientAddress,
    logger: HostKey,
    count: UInt32,
    Timestamp
  )
  /// The host logs TLS: its messages without a sign of TLS had none.
  case hostLogsTLS(HostKey)
  /// A session without TLS is over; the submission is its last one.
  case plainSessionEnded(Submission)
  /// This submission was taken for one without TLS; the session had TLS that the server does not
  /// log.
  case retracted(Submission)
}

/// The first message of a session that shows who is logged in.
package struct Authentication: Sendable {
  package var account: NameTable.ID
  package var mechanism: NameTable.ID
  package var client: ClientAddress
  package var tls: TLSVersion
}
