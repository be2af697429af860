import Counters
import Foundation
import GRDB
import MailLog
import TestSupport
import Testing

@testable import Storage

/// Databases as released versions wrote them.
@Suite struct SchemaTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path

  @Test(arguments: [1, 2, 4, 5, 6, 7])
  func `a database of an earlier version loads, and takes the next save`(version: Int) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("db")
    try Self.makeFixture(version, at: path)
    for _ in 0..<2 {
      var store = try SnapshotStore(path: path)
      let empty = Counters(zone: .utc, limits: CounterLimits(), parts: .all)
      var loaded = try #require(try store.load(into: empty))
      #expect(loaded.checkpoint == Self.sampleCheckpoint(version))
      let expected = Self.sample.snapshot
      #expect(loaded.counters.snapshot.counted == expected.counted)
      #expect(loaded.counters.snapshot.known == expected.known)
      try store.save(Cut(counters: loaded.counters.cut(), checkpoint: loaded.checkpoint))
    }
    try Self.makeFixture(7, at: folder.path("latest"))
    #expect(try Self.tableNames(path) == Self.tableNames(folder.path("latest")))
  }

  @Test func `reports that were due are due, and schedules go on, until they are done`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("db")
    try Self.makeFixture(5, at: path)
    var change = ReportChange()
    do {
      var store = try SnapshotStore(path: path)
      let loaded = try store.loadReports()
      #expect(loaded.due.map(\.number) == [1_795_262_400_123, 1_795_262_400_124])
      #expect(loaded.due.map(\.recipient) == ["a@example.org", "b@example.org"])
      #expect(loaded.due.map(\.domain) == [nil, "example.org"])
      #expect(loaded.due.map(\.language) == ["en", "de"])
      #expect(loaded.due.allSatisfy { $0.end.text == "2026-11-21" && $0.start < $0.end })
      #expect(loaded.schedules.mapValues(\.text) == ["weekly": "2026-11-22"])
      change.done = [1_795_262_400_123]
      change.forgotten = ["weekly"]
      change.schedules = ["monthly": CivilDate(daysSince1970: 1)]
      var other = loaded.due[1]
      other.number += 1
      change.due = [other]
      for _ in 0..<2 { try store.save(change) }
    }
    let loaded = try SnapshotStore(path: path).loadReports()
    #expect(loaded.due.map(\.number) == [1_795_262_400_124, 1_795_262_400_125])
    #expect(loaded.schedules == change.schedules)
  }

  @Test func `alerts and reports outlive the file, whatever is saved first`() throws {
    for isReport in [false, true] {
      let folder = try TemporaryFolder()
      let path = folder.path("db")
      try Self.makeFixture(5, at: path)
      let (alerts, reports): (StoredOutbox, ReportChange)
      do {
        var store = try SnapshotStore(path: path)
        let loaded = try #require(try store.load(into: Counters(zone: .utc)))
        var told = OutboxChange()
        told.kept = [KeptAlert(.made("alice"), fired: 2)]
        told.due = [
          DueDelivery(sink: "hook", alert: "alice", event: 2),
          DueDelivery(sink: "chat", alert: "alice", event: 2, refusal: "HTTP 400"),
        ]
        try store.save(told)
        (alerts, reports) = (try store.loadAlerts(), try store.loadReports())
        #expect(alerts.kept.count == 1 && !reports.due.isEmpty)
        var isWhole = [store.isWhole]
        for end in ["", "-wal"] {
          try? FileManager.default.removeItem(atPath: path + end)
        }
        isWhole.append(store.isWhole)
        if isReport {
          try store.save(ReportChange())
        } else {
          try store.save(OutboxChange())
        }
        // The counters are still to come.
        isWhole.append(store.isWhole)
        var counters = loaded.counters
        try store.save(Cut(counters: counters.cut(), checkpoint: loaded.checkpoint))
        isWhole.append(store.isWhole)
        #expect(isWhole == [true, false, false, true])
      }
      let store = try SnapshotStore(path: path)
      let now = try store.loadAlerts()
      #expect(now.kept == alerts.kept && now.due == alerts.due)
      #expect(now.givenUp.map(\.refusal) == ["HTTP 400"])
      #expect(try store.loadReports() == reports)
    }
  }

  /// What the fixtures hold: a closed day, an open one, an undecided host, a failure.
  private static let sample: Counters = {
    var counters = Counters(zone: .utc, limits: CounterLimits(), parts: .all)
    var terms = NameTable(foldsCase: false)
    for number in 0..<100 {
      var submission = Submission(
        time: Timestamp(seconds: Int64(number / 60 * 86_400 + number)),
        stamp: .zero,
        host: HostKey(hash: .max),
        account: counters.names.intern("account\(number % 30)@example.org"),
        sender: counters.names.intern("sender\(number % 50)@example.org"),
        client: ClientAddress(ipv4: 0xc000_0200 + UInt32(number) << 6),
        tls: number % 9 == 0 ? .unknown : TLSVersion.allCases[number % 6],
        isUndecided: number % 9 == 0,
        recipients: number % 7 == 0 ? nil : 2,
        bytes: UInt64(number * number * 1000)
      )
      submission.isProvisional = submission.tls == .none
      submission.mechanism = terms.intern("PLAIN")
      submission.cipher = terms.intern("TLS_AES_256_GCM_SHA384")
      counters.record(submission)
      counters.details?.record(submission, terms: terms)
    }
    counters.details?.recordRejection(2, from: .unknown, at: Timestamp(seconds: 5))
    let failure = AuthFailure.made(
      at: Timestamp(seconds: 86_400),
      client: ClientAddress(high: 0x2001_0db8_0000_0000, low: 1),
      tls: .tls12,
      attempts: 3
    )
    let name = Array("eve\\\u{7f}".utf8)
    counters.record(failure, name: name.span)
    counters.close(before: CivilDate(daysSince1970: 1))
    return counters
  }()

  private static func sampleCheckpoint(_ version: Int) -> Checkpoint {
    var checkpoint = Checkpoint(savedAt: Timestamp(seconds: 100_000), zone: "Europe/Berlin")
    checkpoint.logTime = Timestamp(seconds: 90_000)
    checkpoint.positions["journal"] = .journal(cursor: "s=1;i=2")
    var position = FilePosition(
      path: "/var/log/mail.log.1",
      device: .max,
      inode: 3,
      offset: 4,
      hashedCount: 5,
      hash: .max
    )
    if version > 1 {
      position.headCount = 6
      position.headHash = .max
      position.modified = Timestamp(nanoseconds: 7)
    }
    checkpoint.positions["/var/log/mail.log"] = .file(position)
    checkpoint.states["sessions"] = [1, 2, 3]
    return checkpoint
  }

  @Test func `the latest fixture has the tables that are made today`() throws {
    let folder = try TemporaryFolder()
    try Self.writeFixture(to: folder.path("db"))
    try Self.makeFixture(7, at: folder.path("fixture"))
    #expect(try Self.tables(folder.path("db")) == Self.tables(folder.path("fixture")))
  }

  @Test func `what is saved keeps its form`() throws {
    let folder = try TemporaryFolder()
    try Self.writeFixture(to: folder.path("db"))
    try Self.makeFixture(5, at: folder.path("fixture"))
    for table in ["closed_day", "entry", "name", "open_day", "state"] {
      let saved = try Self.rows(table, folder.path("db"))
      #expect(!saved.isEmpty)
      #expect(try saved == Self.rows(table, folder.path("fixture")))
    }
  }

  private static func rows(_ table: String, _ path: String) throws -> [Row] {
    try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: "SELECT * FROM \(table)") }
  }

  /// Makes the database that a version wrote, from its dump.
  private static func makeFixture(_ version: Int, at path: String) throws {
    let dump = try String(
      contentsOfFile: "\(folder)/Fixtures/schema-\(version).sql",
      encoding: .utf8
    )
    let database = try DatabaseQueue(path: path)
    try database.write { try $0.execute(sql: dump) }
    try database.close()
  }

  private static func tables(_ path: String) throws -> [String] {
    try DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name")
    }
  }

  private static func tableNames(_ path: String) throws -> [String] {
    try DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
    }
  }

  /// Writes the current schema's database: its dump is kept when a version is released.
  private static func writeFixture(to path: String) throws {
    var counters = sample
    var store = try SnapshotStore(path: path)
    try store.save(Cut(counters: counters.cut(), checkpoint: sampleCheckpoint(7)))
  }
}
