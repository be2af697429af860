import Foundation
import TestSupport
import Testing

/// Exactly once, whatever happens to the daemon.
struct KillTests {
  /// `SUBMITWATCH_KILLS`: how often the daemon is killed; `SUBMITWATCH_SEED`: the seed.
  @Test func `a daemon that is killed again and again counts as one that never was`() throws {
    let environment = ProcessInfo.processInfo.environment
    let kills = environment["SUBMITWATCH_KILLS"].flatMap { Int($0) } ?? 25
    let seed = environment["SUBMITWATCH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...99_999)
    var run = try KillRun(seed: seed, kills: kills)
    var problem: String?
    do {
      problem = try run.run()
    } catch {
      problem = "\(error)"
    }
    guard let problem else { return }
    let kept = NSTemporaryDirectory() + "submitwatch-kills-\(seed)"
    _ = try CommandRun(script: "rm -rf \(kept); cp -a . \(kept)", in: run.place.folder)
    Issue.record("SUBMITWATCH_SEED=\(seed) SUBMITWATCH_KILLS=\(kills), kept in \(kept): \(problem)")
  }
}
