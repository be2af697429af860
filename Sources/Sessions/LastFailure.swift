import MailLog

/// The failed AUTH that came last, of which a syslog daemon may tell that its line came again.
struct LastFailure: Sendable {
  enum Source: Equatable, Sendable {
    /// It counts; its line comes once.
    case session
    /// It counts; this process's lines may have second copies.
    case process(ProcessKey)
    /// It is noted, of this session.
    case noted(ProcessKey)
  }

  var host = HostKey(hash: 0)
  var source = Source.session
}

extension SessionTable {
  /// The line before, which was the last failure's, came again.
  mutating func repeatLastFailure(
    _ event: EventView,
    at time: Timestamp,
    into outcomes: inout [SessionOutcome]
  ) {
    guard lastFailure.host == event.host, event.flags.contains(.followsEvent) else { return }
    lastEventWasFailure = true
    var attempts = event.repeats
    switch lastFailure.source {
    case .session: break
    case .process(let process):
      attempts = twins.firstCopies(process, host: event.host, repeats: attempts)
    case .noted(let session):
      return noted.repeatLast(attempts, of: session, at: time, event.stamp)
    }
    if attempts > 0 { outcomes.append(.lastFailureRepeated(attempts, time, event.stamp)) }
  }
}

extension PackedWriter {
  mutating func append(_ source: LastFailure.Source) {
    switch source {
    case .session: append(byte: 0)
    case .process(let process):
      append(byte: 1)
      append(process)
    case .noted(let session):
      append(byte: 2)
      append(session)
    }
  }
}

extension PackedReader {
  /// Reads what the first versions did not store.
  mutating func restore(_ source: inout LastFailure.Source) -> Bool {
    guard !isAtEnd else { return true }
    guard let kind = number() else { return false }
    guard kind != 0 else { return true }
    guard let process = process(), kind <= 2 else { return false }
    source = kind == 1 ? .process(process) : .noted(process)
    return true
  }
}
