import Counters
import Dialects
import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

@testable import Ingest

/// However old logs come beside the live lines, each message counts once.
struct ImportTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: 0..<16)
  func `pieces of a log count as the whole, in any order and beside live lines`(seed: Int) throws {
    let log = RandomLog(seed: UInt64(seed), isCoarse: seed % 2 == 1)
    try check(log.lines, seed: UInt64(seed))
  }

  @Test(arguments: 0..<5)
  func `pieces of a genuine log count as the whole, in any order`(seed: Int) throws {
    let lines = try Fixtures.lines("postfix/3.7.11-dovecot-sasl/mail.log.xz")
    try check(lines.prefix(900).map { Array($0) + [10] }, seed: UInt64(seed))
  }

  @Test(arguments: 0..<8)
  func `an imported log may name the hosts with their domains`(seed: Int) throws {
    let log = RandomLog(seed: UInt64(100 + seed), isCoarse: seed % 2 == 1)
    let named = log.lines.map { line in
      let text = String(decoding: line, as: UTF8.self)
      return Array(text.replacing(/mx[12]/) { "\($0.0).mail.example" }.utf8)
    }
    #expect(named != log.lines)
    try check(log.lines, importedAs: named, seed: UInt64(seed))
    // Messages of which each log has half.
    let whole = try wholeTally(log.lines).without(tls: true)
    for cut in stride(from: seed, to: named.count, by: 97) {
      let run = try ImportRun(log.lines, importedAs: named, in: folder)
      run.takeLive(cut..<log.lines.count)
      _ = try run.importing([0..<cut])
      #expect(run.tally.without(tls: true).differences(from: whole) == [], "cut at line \(cut)")
    }
  }

  private func check(
    _ lines: [[UInt8]],
    importedAs imported: [[UInt8]]? = nil,
    seed: UInt64
  ) throws {
    let whole = try wholeTally(lines)
    var random = SeededNumbers(seed)
    let program = ImportProgram(lines: lines.count, &random)
    let run = try ImportRun(lines, importedAs: imported, in: folder)
    for step in program.steps { try run.take(step) }
    let counted = run.tally
    #expect(
      counted.without(tls: true).differences(from: whole.without(tls: true)) == [],
      "\(program)"
    )
    // Behind missing lines a process may seem to be still in its last session.
    #expect(program.hasHoles || counted.excess(over: whole) == [], "\(program)")
    // Everything again adds nothing.
    for step in program.steps {
      if case .importing(let ranges) = step { try run.take(.importing(ranges)) }
    }
    try run.take(.importing([0..<lines.count]))
    #expect(run.tally == counted, "again, \(program)")
  }

  private func wholeTally(_ lines: [[UInt8]]) throws -> Tally {
    var options = LogAnalysis.Options(now: ImportRun.now)
    options.year = 2026
    return try Tally([folder.write(Array(lines.joined()), to: "whole.log")], options)
  }

  @Test func `a file that is imported twice adds nothing`() throws {
    let log = RandomLog(seed: 99)
    let run = try ImportRun(log.lines, in: folder)
    let first = try run.importing([0..<log.lines.count])
    #expect(first.submissions == log.messages)
    #expect(first.alreadyCounted == 0)
    #expect(first.files.map(\.lines) == [UInt64(log.lines.count)])
    let failures = run.failures
    #expect(failures > 10)
    let second = try run.importing([0..<log.lines.count])
    #expect(second.submissions == 0)
    #expect(second.alreadyCounted == log.messages)
    #expect(run.failures == failures)
  }

  @Test func `a queue ID that comes again is another message, in any order`() throws {
    let lines = ["01", "08", "15"].map { day in
      """
      2026-11-\(day)T10:00:00Z mx2 postfix/smtpd[7]: ABCDE12: client=x[192.0.2.1], \
      sasl_method=PLAIN, sasl_username=a
      2026-11-\(day)T10:00:01Z mx2 postfix/qmgr[9]: ABCDE12: from=<a@example.org>, size=10, nrcpt=1 (queue active)

      """.utf8
    }
    let run = try ImportRun(lines.map { Array($0) }, in: folder)
    for file in [0, 2, 1] { #expect(try run.importing([file..<file + 1]).submissions == 1) }
    for file in [1, 0, 2, 0, 1, 2] {
      let outcome = try run.importing([file..<file + 1])
      #expect(outcome.submissions == 0)
      #expect(outcome.alreadyCounted == 1)
    }
    let packed = try #require(run.pipeline.cut(at: ImportRun.now).wholeCheckpoint.states["counted"])
    #expect(try CountedLogs(packed).packed.count == packed.count)
  }

  @Test(arguments: [[0..<2, 1..<2], [1..<2, 0..<2]])
  func `a message counts once, though a log that lacks its login does not tell of whom it is`(
    files: [Range<Int>]
  ) throws {
    let lines = [
      "AUTH=server, relay=x [192.0.2.1], authid=anna, mech=PLAIN, bits=0",
      "6AM5XsU6000186: from=<a@example.org>, size=15, class=0, nrcpts=1, msgid=<m@example.org>, "
        + "proto=ESMTPA, daemon=MSA, relay=x [192.0.2.1]",
    ].map { Array("2026-11-20T10:00:00Z mx1 sm-mta[186]: \($0)\n".utf8) }
    let run = try ImportRun(lines, in: folder)
    #expect(try run.importing([files[0]]).submissions == 1)
    let second = try run.importing([files[1]])
    #expect(second.submissions == 0)
    #expect(second.alreadyCounted == 1)
  }

  @Test func `files that are given together count as one log`() throws {
    let log = RandomLog(seed: 7)
    let run = try ImportRun(log.lines, in: folder)
    let half = log.lines.count / 2
    let outcome = try run.importing([half..<log.lines.count, 0..<half])
    #expect(outcome.submissions == log.messages)
    #expect(run.tally.differences(from: try wholeTally(log.lines)) == [])
  }

  @Test func `lines that come live while an import reads them count once`() throws {
    for seed in UInt64(0)..<4 {
      let log = RandomLog(seed: seed)
      let count = log.lines.count
      for (before, during) in [(0, count), (count / 2, count), (count / 2, count / 2 + 20)] {
        let run = try ImportRun(log.lines, in: folder)
        run.takeLive(0..<before)
        var isFirst = true
        _ = try run.importing([0..<count]) {
          if isFirst { run.takeLive(before..<during) }
          isFirst = false
        }
        run.takeLive(during..<count)
        let whole = try wholeTally(log.lines).without(tls: true)
        #expect(run.tally.without(tls: true).differences(from: whole) == [], "\(seed) \(during)")
      }
    }
  }

  @Test
  func `the newest lines, which come live while an import reads them, need no second reading`()
    throws
  {
    let log = RandomLog(seed: 3)
    let count = log.lines.count
    let end = log.times[count - 1]
    let next = try #require(log.times.firstIndex { end.since($0) < 540_000_000_000 })
    let run = try ImportRun(log.lines, in: folder, now: log.times[next])
    run.takeLive(count / 4..<next)
    var readings = 0
    _ = try run.importing([0..<count]) {
      readings += 1
      if readings == 1 { run.takeLive(next..<count) }
    }
    #expect(readings == 1 && next < count)
    let whole = try wholeTally(log.lines).without(tls: true)
    #expect(run.tally.without(tls: true).differences(from: whole) == [])
  }

  @Test func `an import that the live lines keep overtaking is given up, and leaves nothing`()
    throws
  {
    let log = RandomLog(seed: 5)
    let run = try ImportRun(log.lines, in: folder)
    var next = 0
    #expect(throws: LogImport.Busy.self) {
      _ = try run.importing([0..<log.lines.count]) {
        run.takeLive(next..<next + 10)
        next += 10
      }
    }
    run.takeLive(next..<log.lines.count)
    #expect(run.tally == (try wholeTally(log.lines)))
  }

  @Test func `an import that breaks leaves nothing`() throws {
    let log = RandomLog(seed: 4)
    let run = try ImportRun(log.lines, in: folder)
    run.takeLive(0..<100)
    let before = run.tally
    let packed = Fixtures.path("postfix/3.7.11-dovecot-sasl/mail.log.xz")
    let bytes = try LogInput.rawBytes(of: packed)
    let broken = try folder.write(Array(bytes.prefix(bytes.count / 2)), to: "broken")
    let file = LogImport.File(path: broken, name: "mail.log.1.xz")
    let error = #expect(throws: LogSourceError.self) {
      _ = try run.pipeline.importLogs(
        LogImport(files: [file], logZone: .utc),
        now: ImportRun.now,
        today: ImportRun.today
      )
    }
    #expect(error?.path == "mail.log.1.xz")
    #expect(run.tally == before)
  }

  @Test func `an import that is broken off leaves nothing`() throws {
    let log = RandomLog(seed: 4)
    let run = try ImportRun(log.lines, in: folder)
    run.takeLive(0..<100)
    let before = run.tally
    let path = try folder.write(Array(log.lines.joined()), to: "log")
    var logs = LogImport(files: [.init(path: path, name: "log")], logZone: .utc, year: 2026)
    logs.isStopping = { true }
    #expect(throws: LogImport.Stopped.self) {
      _ = try run.pipeline.importLogs(logs, now: ImportRun.now, today: ImportRun.today)
    }
    #expect(run.tally == before)
  }

  @Test func `a log of the future is refused, and hides no live lines`() throws {
    let log = RandomLog(seed: 4)
    let run = try ImportRun(log.lines, in: folder, now: log.times[log.times.count / 2])
    let error = #expect(throws: LogImport.InFuture.self) {
      try run.importing([0..<log.lines.count])
    }
    #expect(error?.description.hasPrefix("'part 0' has lines later than now, up to 2026-") == true)
    #expect(run.tally.total == 0)
    let half = try #require(log.times.firstIndex { $0 > log.times[log.times.count / 2] })
    let later = #expect(throws: LogImport.InFuture.self) {
      try run.importing([half..<log.lines.count, 0..<half])
    }
    #expect(later?.name == "part 0")
    run.takeLive(0..<log.lines.count)
    #expect(run.tally == (try wholeTally(log.lines)))
  }

  @Test func `of each file it is told what became of its lines`() throws {
    let log = RandomLog(seed: 12)
    let noise = (0..<9).map { Array("Nov 20 10:00:0\($0) mx1 cron[1]: job \($0)\n".utf8) } + [[10]]
    let count = log.lines.count
    let run = try ImportRun(log.lines + noise, in: folder)
    let outcome = try run.importing([count..<count + 10, count / 2..<count, 0..<count / 2])
    let files = Dictionary(uniqueKeysWithValues: outcome.files.map { ($0.name, $0) })
    #expect(
      files["part 0"]
        == LogImport.ReadFile(
          name: "part 0",
          lines: 10,
          usedLines: 0,
          passedOver: [.otherProgram: 9, .blank: 1]
        )
    )
    for (name, lines) in [("part 1", count - count / 2), ("part 2", count / 2)] {
      let file = try #require(files[name])
      #expect(file.lines == UInt64(lines))
      #expect(file.usedLines + file.passedOver.values.reduce(0, +) == file.lines)
      #expect(file.usedLines > 0)
    }
  }

  @Test func `messages of days that are no longer kept do not count, and are told`() throws {
    let log = RandomLog(seed: 8)
    let run = try ImportRun(log.lines, in: folder, retentionDays: 1)
    // The log has two days.
    let outcome = try run.importing(
      [0..<log.lines.count],
      today: RandomLog.firstDay.advanced(by: 1)
    )
    #expect(outcome.tooOld > 0)
    #expect(outcome.submissions > 0)
    #expect(outcome.tooOld + outcome.submissions == log.messages)
    #expect(run.tally.total == outcome.submissions)
  }

  @Test func `what was lost live comes back by an import`() throws {
    for seed in UInt64(20)..<26 {
      let log = RandomLog(seed: seed)
      let count = log.lines.count
      let run = try ImportRun(log.lines, in: folder)
      run.takeLive(0..<count / 3)
      run.takeLive(count / 3 + 40..<count, behind: LostLines.Found(count: 1))
      _ = try run.importing([count / 3 - 20..<count / 3 + 60])
      let whole = try wholeTally(log.lines).without(tls: true)
      #expect(run.tally.without(tls: true).differences(from: whole) == [], "seed \(seed)")
    }
  }

  @Test func `what was counted when is stored and comes back`() throws {
    let log = RandomLog(seed: 6)
    let run = try ImportRun(log.lines, in: folder)
    run.takeLive(log.lines.count / 2..<log.lines.count)
    _ = try run.importing([0..<log.lines.count * 2 / 3])
    let packed = try #require(run.pipeline.cut(at: ImportRun.now).wholeCheckpoint.states["counted"])
    let restored = try CountedLogs(packed)
    #expect(restored.packed == packed)
    #expect(restored.coverage.count == 2)
    for count in [0, 1, packed.count / 2, packed.count - 1] {
      #expect(throws: StoredDamage(part: "coverage")) {
        try CountedLogs(Array(packed[..<count]))
      }
    }
  }
}

extension Tally {
  /// What is counted more often than in `whole`, but for `unknown`.
  fileprivate func excess(over whole: Tally) -> [String] {
    messages.filter { $0.key.tls != .unknown && $0.value > whole.messages[$0.key, default: 0] }
      .map { "\($0.key): \($0.value), not \(whole.messages[$0.key, default: 0])" }
  }
}

extension LogInput {
  /// The bytes of a file as they are on disk.
  fileprivate static func rawBytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
