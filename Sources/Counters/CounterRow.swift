package import MailLog

/// What is counted for one sender of one account on one day.
package struct CounterRow: Sendable, Equatable {
  /// Messages by TLS version, at the version's raw value.
  package var tls = InlineArray<7, UInt32>(repeating: 0)
  /// Messages whose number of recipients, or whose size, the server did not log.
  package var withoutRecipients: UInt32 = 0
  package var withoutBytes: UInt32 = 0
  /// The version of the counters that changed the row last; it fills a gap in the layout.
  var version: UInt32 = 0
  package var recipients: UInt64 = 0
  package var bytes: UInt64 = 0

  package init() {}

  package var messages: UInt64 {
    var sum: UInt64 = 0
    for index in tls.indices { sum += UInt64(tls[index]) }
    return sum
  }

  package func count(_ version: TLSVersion) -> UInt32 { tls[Int(version.rawValue)] }

  /// Counts a submission; `version` is that of the counters.
  mutating func add(_ submission: borrowing Submission, _ version: UInt32) {
    self.version = version
    let messages = submission.messages
    tls[Int(submission.tls.rawValue)] &+= messages
    if let recipients = submission.recipients {
      self.recipients &+= UInt64(recipients) &* UInt64(messages)
    } else {
      withoutRecipients &+= messages
    }
    if let bytes = submission.bytes {
      self.bytes &+= bytes &* UInt64(messages)
    } else {
      withoutBytes &+= messages
    }
  }

  /// Takes back what `add` did with the same submission.
  mutating func subtract(_ submission: borrowing Submission) {
    let messages = submission.messages
    tls[Int(submission.tls.rawValue)] &-= messages
    if let recipients = submission.recipients {
      self.recipients &-= UInt64(recipients) &* UInt64(messages)
    } else {
      withoutRecipients &-= messages
    }
    if let bytes = submission.bytes {
      self.bytes &-= bytes &* UInt64(messages)
    } else {
      withoutBytes &-= messages
    }
  }

  mutating func add(_ other: CounterRow) {
    for index in tls.indices { tls[index] &+= other.tls[index] }
    withoutRecipients &+= other.withoutRecipients
    withoutBytes &+= other.withoutBytes
    recipients &+= other.recipients
    bytes &+= other.bytes
  }

  package static func == (left: CounterRow, right: CounterRow) -> Bool {
    for index in left.tls.indices where left.tls[index] != right.tls[index] { return false }
    return left.withoutRecipients == right.withoutRecipients
      && left.withoutBytes == right.withoutBytes && left.recipients == right.recipients
      && left.bytes == right.bytes
  }
}
