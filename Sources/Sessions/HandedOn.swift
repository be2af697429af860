import MailLog

/// Messages that a server in front hands on to a Postfix, by the queue ID that this one gives them,
/// whatever the hosts are: the other one's line is still to come.
struct HandedOn: Sendable {
  /// Counted by the lines of the server in front.
  var inFront: RecentMessages
  /// Counted by the lines of the Postfix, with its host.
  var behind: RecentMessages
  /// Accepted by the Postfix, and left to the line of the server in front.
  var left: RecentMessages
  /// Both servers have told of a message: those that are forgotten may be told of once more.
  var hasMatched = false

  /// `limit`: how many of each are known, at least.
  init(limit: Int) {
    inFront = RecentMessages(limit: limit)
    behind = inFront
    left = inFront
  }

  /// How many may count twice, as they are forgotten.
  var forgotten: Int {
    hasMatched ? inFront.forgotten + behind.forgotten + left.forgotten : 0
  }
}

extension PackedWriter {
  mutating func append(_ messages: HandedOn) {
    append(messages.inFront)
    let behind = messages.behind.all
    append(UInt64(behind.count))
    for (key, host) in behind { append(MessageKey(host: host, queueID: key.queueID)) }
    append(messages.left)
  }
}

extension PackedReader {
  mutating func restore(_ messages: inout HandedOn) -> Bool {
    guard restore(&messages.inFront), let count = number() else { return false }
    for _ in 0..<count {
      // Of earlier versions `unnamed`.
      guard let key = messageKey() else { return false }
      _ = messages.behind.add(.handedOn(key.queueID), at: key.host)
    }
    return restore(&messages.left)
  }
}

extension MessageKey {
  /// The key of a message that is handed on, whatever the hosts are.
  static func handedOn(_ id: QueueID) -> MessageKey { MessageKey(host: .unnamed, queueID: id) }
}
