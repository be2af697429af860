import Counters
import Foundation
import MailLog

import TestSupport

@testable import Storage

/// A random run of a daemon: it counts, saves, fails to save, loses its file, closes and drops days,
/// is restarted.
///
/// Beside the counters goes a plain model, and counters that are never cut, packed or stored.
struct StoreProgram: ~Copyable {
  /// What a restart goes back to.
  struct State {
    var messages: [Message] = []
    var decided: Set<UInt64> = []
    var firstDay = 0
    var undisturbed: Counters
    var checkpoint = Checkpoint(savedAt: Timestamp(seconds: 0), zone: "UTC")
  }

  struct Message {
    var submission: Submission
    var isRetracted = false
  }

  private var numbers: SeededNumbers
  private let folder: TemporaryFolder
  private var generation = 0
  private var store: SnapshotStore
  private var counters: Counters
  private(set) var state: State
  private var saved: State
  private(set) var failedSaves = 0
  private(set) var saves = 0
  private(set) var restarts = 0
  private(set) var removals = 0

  static func makeCounters() -> Counters {
    Counters(zone: .utc, limits: CounterLimits(), parts: .all)
  }

  init(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let store = try SnapshotStore(path: folder.path("0.sqlite"))
    numbers = SeededNumbers(seed)
    self.folder = folder
    self.store = store
    counters = Self.makeCounters()
    state = State(undisturbed: Self.makeCounters())
    saved = state
  }

  /// Takes a random step; what is wrong afterwards, if anything.
  mutating func step() throws -> [String] {
    switch numbers.below(100) {
    case ..<70: record()
    case ..<76: retract()
    case ..<78: decide(UInt64(numbers.below(3)))
    case ..<84: fail()
    case ..<86: counters.close(before: CivilDate(daysSince1970: Int32(numbers.below(12))))
    case ..<87: drop()
    case ..<95: try save(hasRoom: numbers.below(3) > 0)
    case ..<96: try remove()
    case ..<98: try restart()
    default: return differences()
    }
    return []
  }

  /// What the counters have and should not, or should have and have not.
  func differences() -> [String] {
    let counted = counters.snapshot.messageLines
    let expected = Self.rows(state)
    var wrong = Set(counted).symmetricDifference(expected).map { "row \($0)" }
    let (snapshot, undisturbed) = (counters.snapshot, state.undisturbed.snapshot)
    let summary = Set(snapshot.known + snapshot.failureLines)
    wrong += summary.symmetricDifference(undisturbed.known + undisturbed.failureLines)
    return wrong.sorted()
  }

  private mutating func record() {
    let host = HostKey(hash: UInt64(numbers.below(3)))
    let isPlain = numbers.below(2) == 0
    let isUndecided = isPlain && !state.decided.contains(host.hash)
    let name = "user\(numbers.below(20))@example.org"
    let sender = "sender\(numbers.below(60))@example.org"
    let day = state.firstDay + numbers.below(11)
    var submission = Submission(
      time: Timestamp(seconds: Int64(day * 86_400 + numbers.below(86_400))),
      stamp: .zero,
      host: host,
      account: counters.names.intern(name),
      sender: counters.names.intern(sender),
      client: ClientAddress(ipv4: UInt32(numbers.below(30) << 8 | 7)),
      tls: isUndecided ? .unknown : isPlain ? .none : .tls13,
      isUndecided: isUndecided,
      recipients: numbers.below(9) == 0 ? nil : UInt32(numbers.below(5)),
      bytes: numbers.below(9) == 0 ? nil : UInt64(numbers.below(1 << 30))
    )
    let known = (state.undisturbed.names.intern(name), state.undisturbed.names.intern(sender))
    precondition(known == (submission.account, submission.sender))
    let terms = Self.terms
    submission.mechanism = UInt32(numbers.below(3))
    submission.cipher = submission.mechanism
    apply(submission, terms)
  }

  private static let terms: NameTable = {
    var terms = NameTable(foldsCase: false)
    _ = terms.intern("PLAIN")
    _ = terms.intern("LOGIN")
    return terms
  }()

  private mutating func apply(_ submission: Submission, _ terms: NameTable) {
    counters.record(submission)
    counters.details?.record(submission, terms: terms)
    state.undisturbed.record(submission)
    state.undisturbed.details?.record(submission, terms: terms)
    if numbers.below(4) == 0 {
      counters.details?.recordRejection(
        submission.account,
        from: submission.client,
        at: submission.time
      )
      state.undisturbed.details?.recordRejection(
        submission.account,
        from: submission.client,
        at: submission.time
      )
    }
    state.messages.append(Message(submission: submission))
  }

  private mutating func retract() {
    guard !state.messages.isEmpty else { return }
    let index = numbers.below(state.messages.count)
    let message = state.messages[index]
    guard message.submission.tls != .tls13, !message.isRetracted else { return }
    counters.retract(message.submission)
    state.undisturbed.retract(message.submission)
    state.messages[index].isRetracted = true
  }

  private mutating func decide(_ host: UInt64) {
    counters.decide(HostKey(hash: host))
    state.undisturbed.decide(HostKey(hash: host))
    state.decided.insert(host)
  }

  private mutating func fail() {
    let failure = AuthFailure(
      time: Timestamp(seconds: Int64((state.firstDay + numbers.below(11)) * 86_400)),
      stamp: .zero,
      name: .none,
      mechanism: .none,
      client: ClientAddress(ipv4: UInt32(numbers.below(9) << 8)),
      tls: .unknown,
      reason: .credentials,
      attempts: 1
    )
    let name = Array("guess\(numbers.below(9))".utf8)
    counters.record(failure, name: name.span)
    state.undisturbed.record(failure, name: name.span)
    if numbers.below(2) == 0 {
      counters.failures.repeatLast(2, at: failure.time)
      state.undisturbed.failures.repeatLast(2, at: failure.time)
    }
  }

  private mutating func drop() {
    state.firstDay += 1
    let day = CivilDate(daysSince1970: Int32(state.firstDay))
    counters.drop(before: day)
    state.undisturbed.drop(before: day)
    state.messages.removeAll { $0.submission.time.seconds < Int64(state.firstDay) * 86_400 }
  }
}

extension StoreProgram {
  private mutating func save(hasRoom: Bool) throws {
    state.checkpoint.savedAt = Timestamp(seconds: Int64(saves))
    let position = FilePosition(
      path: "/var/log/mail.log",
      device: .max,
      inode: 2,
      offset: Int64(saves),
      hashedCount: 3,
      hash: .max,
      headCount: numbers.below(256),
      headHash: numbers.next(),
      modified: numbers.below(2) == 0 ? nil : Timestamp(nanoseconds: Int64(saves))
    )
    state.checkpoint.positions = ["a": .file(position), "b": .journal(cursor: "s=\(saves)")]
    let size = hasRoom ? numbers.below(5000) : numbers.below(300_000)
    state.checkpoint.states["sessions"] = numbers.bytes(size)
    if !hasRoom { try store.limitPages(growth: numbers.below(20)) }
    do {
      try store.save(Cut(counters: counters.cut(), checkpoint: state.checkpoint))
      saved = state
      saves += 1
    } catch {
      guard error.code == .full else { throw error }
      failedSaves += 1
    }
    if !hasRoom { try store.limitPages(growth: nil) }
  }

  /// Somebody removes the file; the next save makes a new one, with all there is.
  private mutating func remove() throws {
    for end in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: folder.path("\(generation).sqlite\(end)"))
    }
    try save(hasRoom: true)
    removals += 1
  }

  /// The process is killed: what the files hold at this moment is all that is left.
  private mutating func restart() throws {
    let (old, new) = (folder.path("\(generation).sqlite"), folder.path("\(generation + 1).sqlite"))
    generation += 1
    try TemporaryFolder.copyFile(old, to: new)
    try TemporaryFolder.copyFile(old + "-wal", to: new + "-wal")
    store = try SnapshotStore(path: new)
    state = saved
    restarts += 1
    guard let loaded = try store.load(into: Self.makeCounters()) else {
      precondition(saves == 0)
      counters = Self.makeCounters()
      return
    }
    counters = loaded.counters
    precondition(
      loaded.checkpoint == saved.checkpoint,
      "\(loaded.checkpoint), not \(saved.checkpoint)"
    )
  }

  private static func rows(_ state: State) -> [String] {
    var counters = Counters(zone: .utc)
    counters.names = state.undisturbed.names
    for message in state.messages {
      var submission = message.submission
      let isPlain = submission.tls != .tls13
      if isPlain {
        submission.tls = state.decided.contains(submission.host.hash) ? .none : .unknown
      }
      if message.isRetracted { submission.tls = .unknown }
      submission.isUndecided = false
      counters.record(submission)
    }
    return counters.snapshot.messageLines
  }
}
