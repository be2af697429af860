import Counters
import MailLog
import TestSupport
import Testing

@testable import Ingest

/// Failed logins at the border of an import count once, in any order.
struct ImportedFailuresTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Both parts in either order, live or imported; then each again, and the whole.
  private func check(
    _ lines: [String],
    cutAt cut: Int,
    overlap: Int = 0,
    _ expected: UInt64
  ) throws {
    let lines = lines.map { Array("\($0)\n".utf8) }
    let (first, second) = (0..<cut, cut - overlap..<lines.count)
    let orders: [[ImportRun.Step]] = [
      [.importing([first]), .importing([second])],
      [.importing([second]), .importing([first])],
      [.importing([first, second])],
      [.live(first), .importing([second])],
      [.live(second), .importing([first])],
      [.importing([first]), .live(second)],
      [.live(first), .importing([0..<lines.count])],
      [.live(second), .importing([0..<lines.count])],
      [.importing([second]), .importing([0..<lines.count])],
      [.live(first), .live(cut..<lines.count), .importing([0..<lines.count])],
    ]
    for steps in orders {
      let run = try ImportRun(lines, in: folder)
      for step in steps { try run.take(step) }
      #expect(run.failures == expected, "\(steps)")
      for again in [first, second, 0..<lines.count] { _ = try run.importing([again]) }
      #expect(run.failures == expected, "again, \(steps)")
    }
  }

  private static func eximFailure(second: Int, _ name: String) -> String {
    let stamp = "2026-11-17 10:00:\(digits(second, 2))"
    return """
      \(stamp) plain authenticator failed for (c) [192.0.2.1]: 535 Incorrect authentication data \
      (set_id=\(name)@example.org)
      """
  }

  @Test(arguments: [0, 3])
  func `those in a whole second that a border cuts are told apart by their names`(
    overlap: Int
  ) throws {
    let lines = (0..<40).map { Self.eximFailure(second: $0 / 10, "u\($0)") }
    try check(lines, cutAt: 25, overlap: overlap, 40)
  }

  @Test func `a log that has the whole second of a border adds what the other has not`() throws {
    // One name, so often in the second.
    let lines = (0..<40).map { Self.eximFailure(second: $0 / 10, "bob") }
    let bytes = lines.map { Array("\($0)\n".utf8) }
    for part in [0..<25, 25..<40] {
      for step in [ImportRun.Step.live(part), .importing([part])] {
        let run = try ImportRun(bytes, in: folder)
        try run.take(step)
        #expect(run.failures == UInt64(part.count))
        _ = try run.importing([0..<40])
        #expect(run.failures == 40, "\(step)")
      }
    }
  }

  @Test func `what is known of a border's failures is stored and comes back`() throws {
    let lines = (0..<40).map { Array("\(Self.eximFailure(second: $0 / 10, "u\($0)"))\n".utf8) }
    let run = try ImportRun(lines, in: folder)
    _ = try run.importing([0..<25])
    run.takeLive(33..<40)
    let packed = try #require(run.pipeline.cut(at: ImportRun.now).wholeCheckpoint.states["counted"])
    let restored = try CountedLogs(packed)
    #expect(restored.packed == packed)
    // As the first versions stored it: without the failures.
    let old = try #require(
      (0..<packed.count).first { (try? CountedLogs(Array(packed[..<$0]))) != nil }
    )
    #expect(try CountedLogs(Array(packed[..<old])).coverage == restored.coverage)
  }

  /// As rsyslog writes what Exim logs; in the server's own log it has the second `own`.
  private static func eximSyslog(_ second: String, _ name: String, own: Int) -> String {
    let text = eximFailure(second: own, name).drop { $0 != "p" }
    return "2026-11-17T10:00:\(second)00000+00:00 mx exim[\(second.filter(\.isNumber))]: \(text)"
  }

  @Test(arguments: [1, 2])
  func `those of a server's own log are the same whose syslog lines have the next second`(
    logins: Int
  ) throws {
    // The log of syslog begins a moment too late for the first stamps of the server's own.
    let syslog = [("03.1", "bob", 2), ("03.2", "carol", 2), ("03.3", "mallory", 3)]
    let bob = (4..<4 + logins - 1).map { ("0\($0).5", "bob", $0) }
    let lines = (syslog + bob).map { Self.eximSyslog($0.0, $0.1, own: $0.2) }
    let own = (syslog + bob).map { Self.eximFailure(second: $0.2, $0.1) }
    let run = try ImportRun(
      lines.map { Array("\($0)\n".utf8) },
      importedAs: own.map { Array("\($0)\n".utf8) },
      in: folder,
      on: "mx"
    )
    run.takeLive(0..<lines.count)
    #expect(run.failures == UInt64(lines.count))
    for _ in 0..<2 {
      _ = try run.importing([0..<lines.count])
      #expect(run.failures == UInt64(lines.count))
    }
  }

  @Test func `one in the second before that in which syslog begins is another one`() throws {
    let lines = [2, 3, 4].map { Self.eximSyslog("0\($0).2", "bob", own: $0) }
    let own = [2, 3, 4].map { Self.eximFailure(second: $0, "bob") }
    let run = try ImportRun(
      lines.map { Array("\($0)\n".utf8) },
      importedAs: own.map { Array("\($0)\n".utf8) },
      in: folder,
      on: "mx"
    )
    run.takeLive(1..<3)
    #expect(run.failures == 2)
    for _ in 0..<2 {
      _ = try run.importing([0..<3])
      #expect(run.failures == 3)
    }
  }

  private static func dovecot(_ second: String, _ text: String) -> String {
    "2026-11-17T10:00:\(second)00000+00:00 mx dovecot: \(text)"
  }

  private static let mismatch = dovecot(
    "00.1",
    "auth: passwd-file(bob@example.org,192.0.2.2,<b1>): Password mismatch"
  )

  @Test func `one whose session ends behind the border counts once`() throws {
    let end = Self.dovecot(
      "02.1",
      """
      submission-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): \
      user=<bob@example.org>, method=PLAIN, rip=192.0.2.2, lip=198.51.100.1, TLS, session=<b1>
      """
    )
    try check([Self.mismatch, end], cutAt: 1, 1)
  }

  @Test func `one before a login behind the border counts by the log that has both`() throws {
    let login = Self.dovecot(
      "05.1",
      """
      submission-login: Login: user=<bob@example.org>, method=PLAIN, rip=192.0.2.2, \
      lip=198.51.100.1, mpid=7, TLS, session=<b1>
      """
    )
    let lines = [Self.mismatch, login].map { Array("\($0)\n".utf8) }
    for part in [0..<1, 1..<2] {
      let run = try ImportRun(lines, in: folder)
      _ = try run.importing([part])
      #expect(run.failures == 0)
      for _ in 0..<2 {
        _ = try run.importing([0..<2])
        #expect(run.failures == 1, "\(part)")
      }
    }
  }
}
