import TestSupport
import Testing

/// Exim's own files: lines without a host and a program.
struct EximTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let names = ["arrivals", "refusals", "injection", "stamps"]

  @Test(arguments: names)
  func `where a stream is cut changes nothing`(name: String) throws {
    let log = try Fixtures.bytes("exim/\(name).log")
    let whole = try AnalysisSummary(pieces: [log[...]])
    var wrong: [Int] = []
    for cut in stride(from: 1, to: log.count, by: 3)
    where try AnalysisSummary(pieces: [log[..<cut], log[cut...]]) != whole {
      wrong.append(cut)
    }
    #expect(wrong == [])
    #expect(try AnalysisSummary(log, in: folder) == whole)
  }

  @Test func `a reject log beside its main log adds nothing`() throws {
    for capture in Capture.all where capture.server == "exim" {
      let main = try AnalysisSummary([capture.path("mainlog.xz")])
      let paths = ["rejectlog.xz", "mainlog.xz"].map(capture.path)
      #expect(try AnalysisSummary(paths) == main)
      #expect(main.failures.count > 20)
      let rejected = try AnalysisSummary([capture.path("rejectlog.xz")])
      #expect(rejected.messages == 0)
      #expect(rejected.failures.count > 20)
    }
  }

  @Test func `an own log among lines of syslog counts as by itself`() throws {
    let own = try Fixtures.bytes("exim/arrivals.log")
    let alone = try AnalysisSummary(pieces: [own[...]])
    let syslog = Array("2026-11-21T10:00:00+00:00 mx1 cron[1]: x\n".utf8)
    var mixed: [UInt8] = []
    for line in own.split(separator: UInt8(ascii: "\n")) { mixed += syslog + line + [10] }
    let counted = try AnalysisSummary(mixed, in: folder)
    #expect(counted.rows == alone.rows)
    #expect(counted.lastSeen == alone.lastSeen)
  }
}
