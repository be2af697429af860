/// A message in the queue, from the first line about its content to `removed`.
struct Message {
  enum Step {
    case receive, activate, connect, deliver, bounce, remove
  }

  /// Whose MAIL FROM it is.
  enum Sender {
    case account(Int)
    /// A made-up address elsewhere.
    case remote(Int)
    /// The program that reports errors and results to root.
    case cron
    case null
  }

  let id: QueueID
  let sender: Sender
  let arrival: Int64
  let size: Int
  let recipientCount: Int
  /// Where the recipients' addresses come from.
  let recipientSeed: Int
  let agent: ProcessTable.Program
  var step = Step.receive
  var cleanup: ProcessTable.Process?
  var deliverer: ProcessTable.Process?

  /// The session's TLS version if the client was authenticated: then it counts.
  var submissionTLS: TLSVersion?
  /// The time between the content and the queue manager's first line.
  var activationDelay: Int64 = 0
  /// Deliveries that are to fail for now.
  var deferrals = 0
  var bounces = false
  /// Whether the ID can be used again afterwards.
  var releasesID = true
  var isActive = false
}
