import Foundation
import TestSupport
import Testing

/// How a log is split, packed or read changes nothing of what is counted.
struct SplittingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(script)")
  }

  private func checkCuts(of log: [UInt8], by step: Int = 1) throws {
    let whole = try AnalysisSummary(log, in: folder)
    let ends = log.lineEnds
    #expect(whole.messages > 3)
    var wrong: [Int] = []
    for number in stride(from: 0, to: ends.count, by: step) {
      let paths = [
        try folder.write(Array(log[..<ends[number]]), to: "first.log"),
        try folder.write(Array(log[ends[number]...]), to: "second.log"),
      ]
      if try AnalysisSummary(paths) != whole { wrong.append(number) }
    }
    #expect(wrong == [], "two files, cut behind these lines")
  }

  @Test func `a genuine log in two files, cut at any line, counts as the whole`() throws {
    // Any line: `PieceTests` cuts at every one, in memory.
    try checkCuts(of: try SampleLogs.genuine(lines: 300), by: 13)
  }

  @Test func `a failure and its repetition in two files count as in one`() throws {
    let log = SampleLogs.handmade
    try checkCuts(of: Array(log[..<log.lineEnds[22]]))
  }

  @Test func `two files count as one in any order, and a file named twice once`() throws {
    let log = try SampleLogs.genuine()
    let whole = try AnalysisSummary(log, in: folder)
    let cut = log.lineEnds[100]
    let first = try folder.write(Array(log[..<cut]), to: "first.log")
    let second = try folder.write(Array(log[cut...]), to: "second.log")
    #expect(try AnalysisSummary([second, first]) == whole)
    #expect(try AnalysisSummary([first, second, first]) == whole)
  }

  @Test func `any number of threads counts alike, every time`() throws {
    // Blocks of 256 KiB that take long to parse, and such that do not: they overtake each other.
    let genuine = try Fixtures.bytes("postfix/3.7.11-dovecot-sasl/mail.log.xz")
    let ends = genuine.lineEnds
    let blank = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000) + [10]
    var log: [UInt8] = []
    for part in 0..<8 {
      let bounds = [part, part + 1].map { ends[(ends.count - 1) * $0 / 8] }
      log += genuine[bounds[0]..<bounds[1]]
      for _ in 0..<6 { log += blank }
    }
    let path = try folder.write(log, to: "long.log")
    let whole = try AnalysisSummary([path])
    #expect(whole.messages == 220)
    for threads in [1, 2, 3, 2, 3] {
      #expect(try AnalysisSummary([path], threads: threads) == whole, "\(threads) threads")
    }
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
  func `a compressed log counts as a plain one, also in several parts`(program: String) throws {
    let log = try SampleLogs.genuine() + SampleLogs.handmade
    let whole = try AnalysisSummary(log, in: folder)
    try run("\(program) -c <whole.log >packed")
    #expect(try AnalysisSummary([folder.path("packed")]) == whole)
    // Cut in mid-line: tools append to compressed logs.
    try run(
      "(head -c 5000 whole.log | \(program) -c; tail -c +5001 whole.log | \(program) -c) >two"
    )
    for threads in 1...3 {
      #expect(try AnalysisSummary([folder.path("two")], threads: threads) == whole)
    }
  }

  @Test func `a pipe counts as a file`() throws {
    let log = try SampleLogs.genuine() + SampleLogs.handmade
    let whole = try AnalysisSummary(log, in: folder)
    try run("gzip -c <whole.log >whole.log.gz")
    for source in ["whole.log", "whole.log.gz"] {
      #expect(try countsOfPipe(source) == whole)
    }
  }

  /// What is counted of a file that comes through a pipe.
  private func countsOfPipe(_ file: String) throws -> AnalysisSummary {
    try run("test -p pipe || mkfifo pipe")
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/sh")
    writer.arguments = ["-c", "cat \(folder.path(file)) >\(folder.path("pipe"))"]
    try writer.run()
    defer { writer.waitUntilExit() }
    return try AnalysisSummary([folder.path("pipe")], threads: 2)
  }

  @Test func `a journal behind plain lines counts as in a file of its own`() throws {
    let plain = try SampleLogs.genuine(lines: 40)
    let journal = Array(try SampleLogs.journalEntries(200).joined())
    let later = SampleLogs.handmade
    // One stream, record by record.
    let whole = try AnalysisSummary(pieces: [(plain + journal + later)[...]])
    #expect(whole.messages > 30)
    for threads in 1...3 {
      let counted = try AnalysisSummary(plain + journal + later, in: folder, threads: threads)
      #expect(counted == whole, "\(threads) threads")
    }
    #expect(try countsOfPipe("whole.log") == whole)
  }

  @Test func `a journal behind many plain lines, with text of any length, counts from a pipe`()
    throws
  {
    // More than a block of lines, and entries over blocks with lines that are dropped in them.
    var plain: [UInt8] = []
    while plain.count < 400_000 { plain += try SampleLogs.genuine(lines: 200) }
    let other = Array("__CURSOR=x\nOTHER=".utf8)
    let long = other + [UInt8](repeating: UInt8(ascii: "x"), count: 200_000) + [10, 10]
    let entries = try SampleLogs.journalEntries(200)
    let journal = Array(entries.prefix(90).joined()) + long + Array(entries.dropFirst(90).joined())
    let whole = try AnalysisSummary(plain + journal, in: folder)
    #expect(whole.messages > 0)
    #expect(try countsOfPipe("whole.log") == whole)
  }

  @Test func `a last line without its newline counts`() throws {
    let log = try SampleLogs.genuine()
    let whole = try AnalysisSummary(log, in: folder)
    #expect(try AnalysisSummary(log.dropLast(), in: folder) == whole)
    let ends = log.lineEnds
    let last = ends[ends.count - 2]
    let first = try folder.write(Array(log[..<last]), to: "first.log")
    let second = try folder.write(Array(log[last...].dropLast()), to: "second.log")
    #expect(try AnalysisSummary([first, second]) == whole)
    #expect(try AnalysisSummary([second, first]) == whole)
  }

  @Test func `a file of one line that lacks its newline is read in its place`() throws {
    let log = SampleLogs.handmade
    let whole = try AnalysisSummary(log, in: folder)
    let cut = log.lineEnds[1]
    let first = try folder.write(Array(log[..<cut].dropLast()), to: "first.log")
    let second = try folder.write(Array(log[cut...]), to: "second.log")
    #expect(try AnalysisSummary([first, second]) == whole)
    #expect(try AnalysisSummary([second, first]) == whole)
  }
}
