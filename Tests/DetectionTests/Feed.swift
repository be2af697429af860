import Counters
import Detection
import MailLog
import TestSupport

/// A detector and what is fed to it.
struct Feed {
  var detector: SpikeDetector
  var names = NameTable(seed: 1)
  var changes: [AlertChange] = []
  var settings: DetectionSettings
  /// A Monday.
  static let start = Timestamp(seconds: 1_767_571_200)

  init(_ change: (inout DetectionSettings) -> Void = { _ in }) {
    settings = DetectionSettings()
    change(&settings)
    detector = SpikeDetector(settings, zone: .utc)
  }

  static func time(day: Int = 0, _ seconds: Double = 0) -> Timestamp {
    Timestamp(nanoseconds: start.nanoseconds + Int64((Double(day) * 86_400 + seconds) * 1e9))
  }

  mutating func send(
    _ account: String = "alice@example.org",
    from client: UInt32 = 0xc000_0201,
    recipients: UInt32 = 1,
    at time: Timestamp,
    line: String = ""
  ) {
    let id = names.intern(account)
    let submission = Submission(
      time: time,
      stamp: .zero,
      host: HostKey(hash: 1),
      account: id,
      sender: id,
      client: ClientAddress(ipv4: client),
      recipients: recipients
    )
    let block = Array(line.utf8)
    detector.observe(submission, names, in: block.span, at: line.isEmpty ? -1 : 0)
    changes += detector.takeChanges()
  }

  /// So many messages, evenly over a time.
  mutating func send(
    _ count: Int,
    of account: String = "alice@example.org",
    from client: UInt32 = 0xc000_0201,
    day: Int,
    at start: Double,
    over length: Double
  ) {
    for index in 0..<count {
      let seconds = start + length * Double(index) / Double(count)
      send(account, from: client, at: Self.time(day: day, seconds))
    }
  }

  mutating func fail(
    _ account: String,
    from client: UInt32,
    at time: Timestamp,
    attempts: UInt32 = 1
  ) {
    let failure = AuthFailure.made(
      at: time,
      client: ClientAddress(ipv4: client),
      tls: .none,
      attempts: attempts
    )
    let name = Array(account.utf8)
    detector.observe(failure, name: name.span, names)
  }

  mutating func reject(_ account: String, at time: Timestamp, count: UInt32 = 1) {
    let nothing: [UInt8] = []
    let id = names.intern(account)
    detector.observeRejection(
      of: id,
      from: .unknown,
      at: time,
      count: count,
      names,
      in: nothing.span,
      at: -1
    )
    changes += detector.takeChanges()
  }

  mutating func advance(to time: Timestamp) {
    detector.advance(to: time)
    changes += detector.takeChanges()
  }

  var fired: [Alert] {
    changes.compactMap { if case .fired(let alert) = $0 { alert } else { nil } }
  }

  var resolved: [Alert] {
    changes.compactMap { if case .resolved(let alert, _) = $0 { alert } else { nil } }
  }

  /// What is stored, as a database holds it: only what changed is written again.
  private var blocks: [StoredTable.Kind: [Int: [UInt8]]] = [:]
  private var alerts: [String: [UInt8]] = [:]

  /// Saves, to what was stored before or anew, and makes the detector again of what is stored.
  mutating func restart(isNew: Bool = false) throws {
    let unsaved: UInt32 = isNew ? 0 : 1
    if isNew { (blocks, alerts) = ([:], [:]) }
    let cut = detector.cut(version: detector.version)
    for table in cut.tables {
      for number in 0..<table.blocks.blockCount {
        guard let block = table.blocks.block(number, changedSince: unsaved) else { continue }
        blocks[table.kind, default: [:]][number] = block
      }
    }
    let (changed, all) = cut.alerts(changedSince: unsaved)
    for (id, bytes) in changed { alerts[id] = bytes }
    alerts = alerts.filter { all.contains($0.key) }
    let wallClock = detector.wallClock
    detector = SpikeDetector(settings, zone: .utc)
    try detector.restore(
      cut.state,
      blocks.mapValues { $0.sorted { $0.key < $1.key }.map(\.value) },
      alerts: Array(alerts.values),
      nameCount: names.count
    )
    detector.wallClock = wallClock
  }
}
