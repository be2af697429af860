import MailLog
import Testing

@testable import Sessions

/// A session table that is driven by events made by hand, and what came of them.
///
/// After each event the table's invariants are checked.
struct SessionLog: ~Copyable {
  var table: SessionTable
  var names = NameTable()
  private(set) var submissions: [Submission] = []
  private(set) var retracted: Set<UInt64> = []
  private(set) var ended: Set<UInt64> = []
  private(set) var decidedHosts: [HostKey] = []
  private(set) var failures: [AuthFailure] = []
  private(set) var repeatedFailures: UInt32 = 0
  private(set) var rejectedAccounts: [String] = []
  private(set) var authenticated: [String] = []
  /// The first broken invariants.
  private(set) var problems: [String] = [] {
    didSet { if problems.count > 3 { problems.removeLast() } }
  }
  /// Looks at the sessions after every so many events.
  var checkInterval = 1
  private var eventCount = 0
  /// Seconds since 1970.
  var time: Double = 1_000_000

  init(_ adjust: (inout SessionTable.Limits) -> Void = { _ in }) {
    var limits = SessionTable.Limits()
    adjust(&limits)
    table = SessionTable(limits: limits)
  }

  static func host(_ number: UInt64) -> HostKey { HostKey(hash: number << 32) }

  /// Applies an event; `host` and `process` are small numbers.
  mutating func apply(
    _ kind: MailEvent.Kind,
    process: UInt32 = 1,
    host: UInt64 = 1,
    queueID: String = "",
    name: String? = nil,
    change: (inout MailEvent) -> Void = { _ in }
  ) {
    let key = Self.host(host)
    var event = MailEvent(
      kind: kind,
      process: ProcessKey(program: host &* 0x9e37_79b9_7f4a_7c15, id: process),
      host: key
    )
    var block = Array("PLAIN mx[192.0.2.1] ".utf8)
    event.detail = ByteRange(0, 5)
    event.client = kind == .otherMessage && process == 0 ? .none : ByteRange(6, 19)
    if let name {
      event.name = ByteRange(block.count, block.count + name.utf8.count)
      event.flags.insert(.namesSender)
      block += Array(name.utf8)
    }
    let id = Array(queueID.utf8)
    event.queueID = QueueID(id.span)
    change(&event)
    var outcomes: [SessionOutcome] = []
    let instant = Timestamp(nanoseconds: Int64(time * 1000) * 1_000_000)
    table.apply(event, at: instant, in: block.span, names: &names, into: &outcomes)
    for outcome in outcomes { take(outcome) }
    eventCount += 1
    if eventCount.isMultiple(of: checkInterval) { check("\(kind) \(process) \(queueID)") }
  }

  /// Puts a table in place that goes on from what this one stores.
  mutating func restart() throws {
    var restored = SessionTable(limits: table.limits)
    try restored.restore(table.packed, nameCount: names.count)
    table = restored
  }

  mutating func finish() {
    var outcomes: [SessionOutcome] = []
    table.finish(into: &outcomes)
    for outcome in outcomes { take(outcome) }
    check("finish")
    if table.openSessions > 0 || table.plain.count > 0 { problems.append("open at the end") }
  }

  private mutating func take(_ outcome: SessionOutcome) {
    switch outcome {
    case .submission(let submission):
      if submission.number != UInt64(submissions.count) { problems.append("number") }
      submissions.append(submission)
    case .retracted(let submission):
      if !isPlain(submission) || !retracted.insert(submission.number).inserted
        || ended.contains(submission.number)
      {
        problems.append("retracted \(submission.number)")
      }
    case .plainSessionEnded(let submission):
      if !isPlain(submission) || !ended.insert(submission.number).inserted
        || retracted.contains(submission.number)
      {
        problems.append("ended \(submission.number)")
      }
    case .hostLogsTLS(let host):
      if decidedHosts.contains(host) { problems.append("decided twice") }
      decidedHosts.append(host)
    case .authFailure(let failure), .notedFailure(let failure): failures.append(failure)
    case .lastFailureRepeated(let count, _, _): repeatedFailures += count
    case .rejected(let account, _, _, let count, _):
      rejectedAccounts += Array(repeating: names.shown(account), count: Int(count))
    case .authenticated(let login, _): authenticated.append(names.shown(login.account))
    }
  }

  /// Whether a submission that was reported earlier counts as sent without TLS.
  private func isPlain(_ submission: Submission) -> Bool {
    guard submission.number < UInt64(submissions.count) else { return false }
    let reported = submissions[Int(submission.number)]
    return reported.isUndecided ? reported.tls == .unknown : reported.tls == .none
  }

  /// Every open plain submission hangs on exactly one open session; tables keep to their limits.
  private mutating func check(_ event: String) {
    var plain = table.plain
    var seen: Set<UInt64> = []
    for (_, session) in table.sessions.all() {
      var head = session.lastPlain
      var last = UInt64.max
      while let submission = plain.take(&head) {
        let isRight =
          seen.insert(submission.number).inserted && submission.number < last
          && isPlain(submission) && !retracted.contains(submission.number)
          && !ended.contains(submission.number)
        if !isRight { problems.append("\(event): chain of \(session.number)") }
        last = submission.number
      }
    }
    if seen.count != table.plain.count || plain.count != 0 {
      problems.append("\(event): \(seen.count) of \(table.plain.count) plain ones are reachable")
    }
    let limits = table.limits
    if table.openSessions > limits.sessions || table.waitingMessages > limits.waiting
      || table.early.count > limits.early || table.plain.count > limits.plain
    {
      problems.append("\(event): \(table.openSessions) sessions, \(table.waitingMessages) waiting")
    }
  }
}

// The lines of Postfix that make up a session.
extension SessionLog {
  mutating func connect(_ process: UInt32 = 1, host: UInt64 = 1) {
    apply(.connected, process: process, host: host)
  }

  mutating func startTLS(_ process: UInt32 = 1, host: UInt64 = 1, _ tls: TLSVersion = .tls13) {
    apply(.tlsEstablished, process: process, host: host) { $0.tls = tls }
  }

  mutating func begin(
    _ queueID: String,
    _ account: String = "alice",
    process: UInt32 = 1,
    host: UInt64 = 1
  ) {
    apply(.authenticatedMessage, process: process, host: host, queueID: queueID, name: account)
  }

  mutating func queue(
    _ queueID: String,
    from sender: String = "alice@example.org",
    host: UInt64 = 1
  ) {
    apply(.queued, process: 999, host: host, queueID: queueID, name: sender) { event in
      event.bytes = 1234
      event.recipients = 2
    }
  }

  mutating func disconnect(_ process: UInt32 = 1, host: UInt64 = 1, startedTLS: Bool = false) {
    apply(.disconnected, process: process, host: host) { event in
      if startedTLS { event.flags.insert(.startedTLS) }
    }
  }

  /// The TLS versions as they are counted in the end.
  var versions: [TLSVersion] {
    submissions.map { submission in
      if retracted.contains(submission.number) { return .unknown }
      guard submission.isUndecided else { return submission.tls }
      return decidedHosts.contains(submission.host) ? .none : .unknown
    }
  }

  var accounts: [String] { submissions.map { names.shown($0.account) } }
  var senders: [String] { submissions.map { names.shown($0.sender) } }
}
