package import MailLog

/// How the daemon is: what it reads, holds and misses.
package struct DaemonStatus: Sendable, Equatable {
  package enum State: String, CaseIterable, Comparable, Sendable {
    case ok, warning, critical

    package static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .warning: 1
      case .critical: 2
      }
    }
  }

  /// The instant that ages are counted up to.
  package var time: Timestamp
  package var version: String
  package var started: Timestamp
  package var zone: ZoneRules
  package var sources: [SourceStatus] = []
  package var lines = LineTotals()
  package var database = DatabaseStatus()
  /// When the counters were last saved; nil: not yet.
  package var saved: Timestamp?
  /// When all was saved for the last time; nil: it is.
  package var unsavedSince: Timestamp?
  package var days: UInt64 = 0
  /// Combinations of day, account and sender.
  package var rows: UInt64 = 0
  package var alerts = AlertTotals()
  package var warnings: [StatusWarning] = []

  package init(version: String, started: Timestamp, time: Timestamp, zone: ZoneRules) {
    self.version = version
    self.started = started
    self.time = time
    self.zone = zone
  }

  /// The worst of the warnings' states.
  package var state: State { warnings.map(\.state).max() ?? .ok }

  /// Seconds that the oldest change which is not saved has waited, at most; 0: all is saved.
  package var savedAge: UInt64 { unsavedSince.map { Self.seconds(from: $0, to: time) } ?? 0 }

  static func seconds(from start: Timestamp, to end: Timestamp) -> UInt64 {
    UInt64(max(0, end.seconds - start.seconds))
  }
}

/// How one source of lines is.
package struct SourceStatus: Sendable, Equatable {
  package enum Kind: String, CaseIterable, Sendable { case file, journal }

  package enum State: String, CaseIterable, Sendable {
    /// What was there before the start is being read.
    case catchingUp = "catching-up"
    case following
    /// The file is not there, or not any more.
    case waiting
    case failed
  }

  package var name: String
  package var kind: Kind
  package var state: State
  /// Bytes that wait to be read; nil: the source does not tell, is not there, or cannot be read.
  package var lagBytes: UInt64?
  /// How far behind the source's last line the counters are; nil: unknown.
  package var lagSeconds: UInt64?
  package var lines: UInt64 = 0
  package var lastLine: Timestamp?
  /// The position for people: path and offset, or cursor.
  package var position: String?
  /// How often lines were lost for good.
  package var gaps: UInt64 = 0
  /// What keeps the source from being read, one sentence each.
  package var problems: [String] = []
  /// Those of them that a warning tells, too.
  package var warned: Set<String> = []

  package init(name: String, kind: Kind, state: State) {
    self.name = name
    self.kind = kind
    self.state = state
  }
}

/// What became of the lines since the start.
package struct LineTotals: Sendable, Equatable {
  package var used: UInt64 = 0
  /// By reason: `PassedOver.label`.
  package var passedOver: [String: UInt64] = [:]
  /// What had no room.
  package var dropped: [BoundedTable: UInt64] = [:]

  package init() {}

  package init(used: UInt64, passedOver: [String: UInt64], dropped: [BoundedTable: UInt64]) {
    self.used = used
    self.passedOver = passedOver
    self.dropped = dropped
  }
}

/// Where the counters are kept.
package struct DatabaseStatus: Sendable, Equatable {
  package var path = ""
  package var bytes: UInt64 = 0

  package init() {}

  package init(path: String, bytes: UInt64) {
    self.path = path
    self.bytes = bytes
  }
}
