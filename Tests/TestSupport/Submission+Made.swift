package import MailLog

extension Submission {
  /// A message of a thousand bytes to one recipient, over TLS 1.3; `sender`: nil is the account.
  package static func made(
    at time: Timestamp,
    account: NameTable.ID,
    sender: NameTable.ID? = nil,
    client: ClientAddress = .unknown,
    tls: TLSVersion = .tls13,
    recipients: UInt32? = 1,
    bytes: UInt64? = 1000,
    messages: UInt32 = 1
  ) -> Submission {
    Submission(
      time: time,
      stamp: .zero,
      host: HostKey(hash: 1),
      account: account,
      sender: sender ?? account,
      client: client,
      tls: tls,
      recipients: recipients,
      bytes: bytes,
      messages: messages
    )
  }
}

extension AuthFailure {
  /// Attempts with a wrong password; whose, is told beside them.
  package static func made(
    at time: Timestamp,
    client: ClientAddress = .unknown,
    tls: TLSVersion = .unknown,
    attempts: UInt32 = 1
  ) -> AuthFailure {
    AuthFailure(
      time: time,
      stamp: .zero,
      name: .none,
      mechanism: .none,
      client: client,
      tls: tls,
      reason: .credentials,
      attempts: attempts
    )
  }
}

extension Timestamp {
  /// An instant on a day, `2026-11-21`, in UTC.
  package static func on(_ day: String, _ hour: Int = 12, _ minute: Int = 0) -> Timestamp {
    let days = Int64(CivilDate(day)?.daysSince1970 ?? 0)
    return Timestamp(seconds: days * 86_400 + Int64(hour * 3600 + minute * 60))
  }
}
