import TestSupport
import Testing

/// Random programs of what can happen to a log, against a model.
struct RotationModelTests {
  enum Action: String, CaseIterable, CustomTestStringConvertible {
    case lines, part, renameAndCreate, rename, copyAndTruncate, compress, read, glance, restart
    case truncate, delete, deleteRotated

    var testDescription: String { rawValue }

    /// Nothing that was written is lost by it.
    var keepsAll: Bool { ![.truncate, .delete, .deleteRotated].contains(self) }
  }

  private func perform(
    _ action: Action,
    on log: RotatingLog,
    _ following: Following,
    _ numbers: inout SeededNumbers
  ) throws {
    switch action {
    case .lines: try log.append(lines: numbers.below(4) + 1, width: numbers.below(100))
    case .part: try log.append("part\(log.nextNumber()) of a line")
    case .renameAndCreate:
      try log.rename()
      try log.create()
    case .rename: try log.rename()
    case .copyAndTruncate: try log.copyAndTruncate()
    case .compress:
      let programs = ["gzip", "bzip2", "xz", "zstd"]
      try log.compress(numbers.below(2) + 1, by: programs[numbers.below(programs.count)])
    case .read: try following.read()
    case .glance: try following.read(looks: false)
    case .restart: following.restart()
    case .truncate: try log.truncate()
    case .delete: try log.delete()
    case .deleteRotated: try log.deleteRotated(numbers.below(3) + 1)
    }
  }

  private struct Run {
    var log: RotatingLog
    var following: Following
    var program: [Action] = []
    /// Lines that were on disk when the log was read.
    var seen: Set<String> = []
    /// Lines that were deleted before anyone looked: nobody can know of them.
    var unseen: Set<String> = []
    /// Not delivered when a file was deleted: perhaps only the reader's memory has them.
    var held: Set<String> = []
  }

  private func run(seed: UInt64, of actions: [Action]) throws -> Run {
    var numbers = SeededNumbers(seed)
    let log = try RotatingLog()
    var run = Run(log: log, following: Following(log.path))
    for _ in 0..<(5 + numbers.below(25)) {
      let action = actions[numbers.below(actions.count)]
      run.program.append(action)
      if !action.keepsAll {
        run.held.formUnion([log.part] + log.lines.filter { !run.following.lines.contains($0) })
      }
      try perform(action, on: log, run.following, &numbers)
      switch action {
      case .read: run.seen.formUnion(log.lines + [log.part])
      case .restart:
        run.seen.formIntersection(run.following.lines)
        run.unseen.formUnion(run.held)
      default:
        guard !action.keepsAll else { continue }
        run.unseen.formUnion(log.lines.filter { !run.seen.contains($0) })
      }
    }
    // What was only begun is a line when it ends.
    try log.append("the end\n")
    try run.following.read()
    return run
  }

  @Test(arguments: 0..<1000 as Range<UInt64>)
  func `each line counts once, in order, where nothing is deleted`(seed: UInt64) throws {
    let run = try run(seed: seed, of: Action.allCases.filter(\.keepsAll))
    #expect(run.following.lines == run.log.lines, "\(run.program)")
    #expect(run.following.gaps == [], "\(run.program)")
  }

  @Test(arguments: 0..<1000 as Range<UInt64>)
  func `what was deleted unread is a gap, all else counts once`(seed: UInt64) throws {
    let run = try run(seed: seed, of: Action.allCases)
    var rest = run.log.lines[...]
    for line in run.following.lines {
      let index = try #require(
        rest.firstIndex(of: line),
        "\(line) again or unknown: \(run.program)"
      )
      rest = rest[(index + 1)...]
    }
    let lost = Set(run.log.lines).subtracting(run.following.lines).subtracting(run.unseen)
    #expect(lost.isEmpty || !run.following.gaps.isEmpty, "lost in silence: \(run.program)")
  }
}
