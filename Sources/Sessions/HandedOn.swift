import MailLog

/// Messages that a server in front hands on to a Postfix, by the queue ID that this one gives them,
/// whatever the hosts are: the other one's line is still to come.
struct HandedOn: Sendable {
  /// Counted by the lines of the server in front, or by those of the Postfix.
  var inFront = RecentMessages(limit: 65_536)
  var behind = RecentMessages(limit: 65_536)
  /// Accepted by the Postfix, and left to the line of the server in front.
  var left = RecentMessages(limit: 65_536)
}

extension PackedWriter {
  mutating func append(_ messages: HandedOn) {
    for messages in [messages.inFront, messages.behind, messages.left] { append(messages) }
  }
}

extension PackedReader {
  mutating func restore(_ messages: inout HandedOn) -> Bool {
    restore(&messages.inFront) && restore(&messages.behind) && restore(&messages.left)
  }
}
