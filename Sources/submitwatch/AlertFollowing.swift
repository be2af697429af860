import Foundation
import MailLog
import Platform

/// Follows the daemon's alerts: over its restarts, over failures of the program, without an end.
struct AlertFollowing {
  let daemon: DaemonSocket
  let file: EventFile?
  let program: HookProgram?

  /// How often a program that fails for an event is run, and how long it is left alone at most.
  private static let attempts = 6
  private static let longestPause = 60.0

  /// Ends only with what cannot come right by waiting.
  func run() throws {
    var last = try file?.number()
    while true {
      do {
        try follow(&last)
      } catch let failure as Failure where failure.status == .unreachable {
        // It may be restarting; what was never there is said.
        guard last != nil else { throw failure }
        sayAgain(failure)
      } catch let failure as Failure where failure.status == .failed {
        sayAgain(failure)
      } catch let refusal as Refusal where refusal.status >= 500 {
        sayAgain(refusal.failure)
      } catch let end as End {
        switch end {
        case .closed: return
        case .failed(let failure): throw failure
        }
      }
      Thread.sleep(forTimeInterval: 1)
    }
  }

  private func sayAgain(_ failure: Failure) {
    StandardError.print("submitwatch: \(failure.message); trying again")
  }

  /// Why there is no use in following any further.
  private enum End: Error {
    /// Nobody reads any more.
    case closed
    case failed(Failure)
  }

  /// One connection, until it breaks.
  private func follow(_ last: inout UInt64?) throws {
    var request = DaemonClient.Request(path: "/v1/alerts/stream")
    request.headers = [("Accept", "text/event-stream")]
    request.headers.append("Last-Event-ID", last)
    // Alerts are rare: the daemon may say nothing for days.
    request.patience = 0
    var stream = EventStream()
    var reached = last
    defer { last = reached }
    try daemon.stream(request) { bytes in
      // Now and then something comes, were it a comment.
      if program == nil, StandardOutput.isAbandoned { throw End.closed }
      for event in try stream.take(bytes) {
        if let data = event.data {
          try handle(data, event.id)
        } else if let known = reached, known > event.id {
          StandardError.print(
            "submitwatch: the daemon's newest event is \(event.id), none is \(known) as kept here;"
              + " going on behind \(event.id)"
          )
        }
        let isNews = reached != event.id
        reached = event.id
        if isNews { try keep(event.id) }
      }
      return true
    }
  }

  private func keep(_ event: UInt64) throws {
    do {
      try file?.keep(event)
    } catch let failure as Failure {
      throw End.failed(failure)
    }
  }

  /// Writes or runs; comes back when that is done.
  private func handle(_ alert: [UInt8], _ event: UInt64) throws {
    guard let program else {
      let isRead: Bool
      do {
        isRead = try StandardOutput.write(alert + [UInt8(ascii: "\n")])
      } catch let failure as Failure {
        throw End.failed(failure)
      }
      if !isRead { throw End.closed }
      return
    }
    try perform(program, alert, event)
  }

  /// Runs the program until it has done its work, or has failed too often.
  private func perform(_ program: HookProgram, _ alert: [UInt8], _ event: UInt64) throws {
    let start = "'\(escapedText(program.path.utf8))'"
    var pause = 1.0
    for attempt in 1...Self.attempts {
      let text: String
      switch program.run(alert, event: event) {
      case .done: return
      case .notStarted(let reason):
        // No alert's fault: none is given up for it.
        let end = file == nil ? "" : "; it is due again at the next start"
        throw End.failed(Failure(.failed, "\(start) \(reason) for event \(event)\(end)"))
      case .refused(let reason):
        return StandardError.print(
          "submitwatch: \(start) \(reason) for event \(event): bad data; it is not run again"
        )
      case .failed(let reason): text = "submitwatch: \(start) \(reason) for event \(event)"
      }
      guard attempt < Self.attempts else {
        // Others wait: an account that is gone must not keep the next one from being locked.
        return StandardError.print("\(text); it is given up after \(attempt) attempts")
      }
      StandardError.print("\(text); it is run again in \(Int(pause)) s")
      Thread.sleep(forTimeInterval: pause)
      pause = min(pause * 2, Self.longestPause)
    }
  }
}
