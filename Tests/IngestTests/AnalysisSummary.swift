import Counters
import Dialects
import Foundation
import Ingest
import LogSources
import MailLog
import TestSupport

/// Everything that an analysis counts, as text that can be compared.
struct AnalysisSummary: Equatable {
  private(set) var rows: [String] = []
  private(set) var failures: [String] = []
  private(set) var lastSeen: [String] = []
  private(set) var totals: [String] = []
  private(set) var damaged: [String] = []
  private(set) var messages: UInt64 = 0
  private(set) var attempts: UInt64 = 0

  init(_ counters: borrowing Counters, _ totals: IngestTotals, damaged: [LogSourceError] = []) {
    var seen: [NameTable.ID: String] = [:]
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 84_370))
    let names = counters.names
    counters.forEachRow(from: first, through: last) { day, account, sender, row in
      let key = "\(day.text) \(names.shown(account)) \(names.shownSender(sender))"
      rows.append("\(key): \(Self.text(row))")
      seen[account] = names.shown(account)
      messages += row.messages
    }
    // Rows come in no order, and one for each host whose messages are undecided.
    rows.sort()
    for (account, name) in seen {
      for version in TLSVersion.allCases {
        guard let last = counters.lastSeen(account, version) else { continue }
        lastSeen.append("\(name) \(version.label) \(last.time.nanoseconds) \(last.client.text)")
      }
    }
    lastSeen.sort()
    let failed = counters.failures
    failures = failed.counts.map { key, count in
      "\(key.day.text) \(failed.shown(key.name)) \(key.network.networkText) \(count)"
    }.sorted()
    attempts = failed.counted.attempts
    self.totals = totals.passedOver.map { "\($0.key) \($0.value)" }.sorted()
    self.totals.append("\(totals.lines) lines, \(totals.usedLines) used, \(totals.drops)")
    self.totals.append("latest \(totals.latest?.nanoseconds ?? 0)")
    self.damaged = damaged.map(\.description)
  }

  private static func text(_ row: CounterRow) -> String {
    let versions = TLSVersion.allCases.map { String(row.count($0)) }.joined(separator: "/")
    return "\(versions) \(row.recipients)-\(row.withoutRecipients) \(row.bytes)-\(row.withoutBytes)"
  }

  static let options: LogAnalysis.Options = {
    // Later than every line.
    var options = LogAnalysis.Options(now: Timestamp(seconds: 1_800_000_000))
    options.year = 2026
    return options
  }()

  /// What `submitwatch analyze` counts.
  init(_ paths: [String], threads: Int = 1) throws {
    var options = Self.options
    options.threads = threads
    let result = try LogAnalysis(paths: paths, options: options).run()
    self.init(result.counters, result.totals, damaged: result.damaged)
  }

  /// The same of one log in memory.
  init(_ log: [UInt8], in folder: TemporaryFolder, threads: Int = 1) throws {
    try self.init([try folder.write(log, to: "whole.log")], threads: threads)
  }

  /// What comes of blocks of whole lines, one after the other.
  init(blocks: [ArraySlice<UInt8>]) throws {
    var joiner = Self.joiner()
    var parser = LineParser()
    var batch = EventBatch()
    for block in blocks {
      batch.removeAll()
      let block = Array(block)
      parser.parse(block.span, into: &batch)
      try joiner.apply(batch, in: block.span)
    }
    joiner.finish()
    self.init(joiner.counters, joiner.totals)
  }

  /// What comes of pieces of a stream, cut anywhere.
  init(pieces: [ArraySlice<UInt8>]) throws {
    var joiner = Self.joiner()
    var parser = LineParser()
    var reader = EnvelopeReader()
    var batch = EventBatch()
    for piece in pieces.map(Array.init) + [[]] {
      if piece.isEmpty { reader.finish() } else { reader.read(piece.span) }
      batch.removeAll()
      reader.parse(by: &parser, into: &batch)
      let bytes = reader.bytes
      try joiner.apply(batch, in: bytes.span)
      reader.removeRecords()
    }
    joiner.finish()
    self.init(joiner.counters, joiner.totals)
  }

  private static func joiner() -> LogJoiner {
    let resolver = StampResolver(zone: .utc, reference: options.now, year: options.year)
    return LogJoiner(counters: Counters(zone: .utc), log: LogReading(resolver))
  }
}

/// Logs for tests of what splitting does.
enum SampleLogs {
  /// A genuine log's first 300 lines, `mail.log`.
  static func genuine(lines: Int = 300) throws -> [UInt8] {
    try head("postfix/3.7.11-dovecot-sasl/mail.log.xz", lines)
  }

  static func head(_ name: String, _ lines: Int) throws -> [UInt8] {
    Array(try Fixtures.lines(name).prefix(lines).map { Array($0) + [10] }.joined())
  }

  /// The entries of a genuine journal, `journalctl -o export`, that Postfix wrote.
  static func journalEntries(_ count: Int) throws -> [[UInt8]] {
    let journal = try Fixtures.bytes("postfix/3.7.11-dovecot-sasl/journal.export.xz")
    var entries: [[UInt8]] = []
    var rest = journal[...]
    let end = Array("\n\n".utf8)
    while entries.count < count, let found = rest.firstRange(of: end) {
      let entry = rest[..<found.upperBound]
      if entry.contains(Array("SYSLOG_IDENTIFIER=postfix/".utf8)) { entries.append(Array(entry)) }
      rest = rest[found.upperBound...]
    }
    return entries
  }

  /// Failures that syslogd repeats, and sessions of three hosts without TLS lines: two log TLS
  /// later, one of them uses it in these sessions without logging it.
  static let handmade: [UInt8] = {
    var lines: [String] = []
    func add(_ host: String, _ program: String, _ text: String) {
      let clock = digits(lines.count / 60, 2) + ":" + digits(lines.count % 60, 2)
      lines.append("2026-11-21T10:\(clock).000001+00:00 \(host) postfix/\(program): \(text)")
    }
    for round in 0..<4 {
      for (host, ending) in [("mx1", ""), ("mx2", " starttls=1"), ("mx3.example.org", "")] {
        let process = "submission/smtpd[\(round % 2 + 7)]"
        add(host, process, "connect from unknown[192.0.2.\(round)]")
        for message in 0..<2 {
          let id = "AB\(round)\(message)EF"
          let login = "sasl_method=PLAIN, sasl_username=user\(round % 2)@example.org"
          add(host, process, "\(id): client=unknown[192.0.2.\(round)], \(login)")
          if message == 0 { add(host, "cleanup[9]", "\(id): message-id=<\(id)@x>") }
          add(
            host,
            "qmgr[5]",
            "\(id): from=<S\(message)@example.org>, size=1\(round)0, nrcpt=\(round) (queue active)"
          )
        }
        let failure = "SASL LOGIN authentication failed: (reason unavailable), sasl_username=eve"
        add(host, process, "warning: unknown[192.0.2.\(round)]: \(failure)")
        lines.append("2026-11-21T10:59:00.000001+00:00 \(host) last message repeated 3 times")
        add(host, process, "disconnect from unknown[192.0.2.\(round)] ehlo=2\(ending) mail=2")
      }
      guard round == 2 else { continue }
      for host in ["mx1", "mx2"] {
        add(host, "smtpd[3]", "connect from unknown[192.0.2.9]")
        let version = "TLSv1.2 with cipher X (256/256 bits)"
        add(host, "smtpd[3]", "TLS connection established from unknown[192.0.2.9]: \(version)")
      }
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }()
}

extension [UInt8] {
  /// Where its lines end, 0 first.
  var lineEnds: [Int] { [0] + indices.filter { self[$0] == 10 }.map { $0 + 1 } }
}
