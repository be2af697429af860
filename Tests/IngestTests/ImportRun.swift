import Counters
import Ingest
import MailLog
import TestSupport

/// A pipeline that takes parts of a log, live and by imports.
final class ImportRun: Sendable {
  enum Step: CustomStringConvertible {
    case live(Range<Int>)
    /// One import of files with these lines.
    case importing([Range<Int>])

    var description: String {
      switch self {
      case .live(let range): "live \(range)"
      case .importing(let ranges): "import \(ranges)"
      }
    }
  }

  /// Later than every line.
  static let now = Timestamp(seconds: 1_800_000_000)
  static let today = CivilDate(daysSince1970: 20_780)

  let pipeline: IngestPipeline
  private let lines: [[UInt8]]
  /// The same as imported files have them.
  private let importedLines: [[UInt8]]
  private let folder: TemporaryFolder
  private let now: Timestamp

  init(
    _ lines: [[UInt8]],
    importedAs importedLines: [[UInt8]]? = nil,
    in folder: TemporaryFolder,
    on host: String = "",
    now: Timestamp = ImportRun.now,
    retentionDays: Int = 730
  ) throws {
    self.lines = lines
    self.importedLines = importedLines ?? lines
    self.folder = folder
    self.now = now
    var options = IngestPipeline.Options(zone: .utc) { _ in .init(zone: .utc, year: 2026) }
    options.retentionDays = retentionDays
    options.rules.ownHost = Array(host.utf8)
    pipeline = try IngestPipeline(options)
  }

  func take(_ step: Step) throws {
    switch step {
    case .live(let range): takeLive(range)
    case .importing(let ranges): _ = try importing(ranges)
    }
  }

  func takeLive(_ range: Range<Int>, behind gaps: LostLines.Found = LostLines.Found()) {
    let batch = LineBatch(
      source: "live",
      bytes: Array(lines[range].joined()),
      end: .journal(cursor: "\(range.upperBound)")
    )
    pipeline.take(batch, now: now, behind: gaps)
  }

  func importing(
    _ ranges: [Range<Int>],
    today: CivilDate = ImportRun.today,
    willMerge: () -> Void = {}
  ) throws -> LogImport.Outcome {
    let files = try ranges.enumerated().map { number, range in
      LogImport.File(
        path: try folder.write(Array(importedLines[range].joined()), to: "part\(number).log"),
        name: "part \(number)"
      )
    }
    return try pipeline.importLogs(
      LogImport(files: files, logZone: .utc, year: 2026),
      now: now,
      today: today,
      willMerge: willMerge
    )
  }

  var tally: Tally { Tally(pipeline.cut(at: Self.now).counters) }

  var failures: UInt64 { pipeline.cut(at: Self.now).counters.failures.attempts }
}

/// Random imports of parts of a log that is also read live, from some line on.
struct ImportProgram: CustomStringConvertible {
  private(set) var steps: [ImportRun.Step] = []
  /// Lines are missing between files that are given together.
  private(set) var hasHoles = false

  var description: String { steps.map(\.description).joined(separator: ", ") }

  init(lines count: Int, _ random: inout SeededNumbers) {
    let liveStart = random.below(4) == 0 ? count : random.below(count)
    var cuts = (0..<random.below(6)).map { _ in random.below(count) }
    cuts = [0] + cuts.sorted() + [count]
    var imports: [ImportRun.Step] = []
    var pieces: [Range<Int>] = []
    for (start, end) in zip(cuts, cuts.dropFirst()) where start < liveStart && start < end {
      let overlap = random.below(2) == 0 ? 0 : random.below(60)
      let reach = random.below(2) == 0 ? 0 : random.below(200)
      pieces.append(max(0, start - overlap)..<min(count, end + reach))
    }
    pieces.shuffle(using: &random)
    while let piece = pieces.popLast() {
      var together = [piece]
      if random.below(3) == 0, let next = pieces.popLast() {
        together.append(next)
        hasHoles = hasHoles || !piece.overlaps(next)
      }
      imports.append(.importing(together))
    }
    if random.below(3) == 0, let again = imports.randomElement(using: &random) {
      imports.append(again)
    }
    var next = liveStart
    while next < count || !imports.isEmpty {
      if next < count, imports.isEmpty || random.below(2) == 0 {
        let end = min(count, next + 1 + random.below(count / 4))
        steps.append(.live(next..<end))
        next = end
      } else if let step = imports.popLast() {
        steps.append(step)
      }
    }
  }
}

/// A log of two hosts over two days: sessions with and without TLS, mail that waits long for the
/// queue, failed logins, and mail without a login.
struct RandomLog {
  static let firstDay = CivilDate(daysSince1970: 20_774)
  private(set) var lines: [[UInt8]] = []
  private(set) var messages: UInt64 = 0
  /// The instants of the lines.
  private(set) var times: [Timestamp] = []

  private var entries: [(time: Int64, text: String)] = []
  private var random: SeededNumbers

  /// `isCoarse`: stamps are whole seconds, and name no year.
  init(seed: UInt64, isCoarse: Bool = false) {
    random = SeededNumbers(seed)
    let start = Int64(Self.firstDay.daysSince1970) * 86_400_000_000
    var time = start
    for number in 0..<150 {
      // Bursts, and pauses of up to two hours.
      let pause = [1, 20, 300, 7200][random.below(4)]
      time += Int64(random.below(pause * 1_000_000)) + 1
      addSession(number, at: time)
    }
    entries.sort { $0.time < $1.time }
    for entry in entries {
      times.append(Timestamp(nanoseconds: entry.time * 1000))
      let stamp = times[lines.count].text(
        like: LogStamp(value: 0, form: .absolute, offsetMinutes: 0, fractionDigits: 6),
        zone: .utc
      )
      // 2026-11-17T00:00:00.000001+00:00
      let coarse = "Nov \(stamp.dropFirst(8).prefix(2)) \(stamp.dropFirst(11).prefix(8))"
      lines.append(Array("\(isCoarse ? coarse : stamp) \(entry.text)\n".utf8))
    }
  }

  private mutating func addSession(_ number: Int, at start: Int64) {
    let host = ["mx1", "mx2"][random.below(2)]
    let smtpd = "\(host) postfix/submission/smtpd[\(1000 + number)]"
    let client = "unknown[192.0.2.\(random.below(4))]"
    var time = start
    func add(_ process: String, _ text: String, after delay: Int64) {
      time += delay
      entries.append((time, "\(process): \(text)"))
    }
    add(smtpd, "connect from \(client)", after: 0)
    if random.below(4) > 0 {
      let tls = "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"
      add(smtpd, "Anonymous TLS connection established from \(client): \(tls)", after: 2000)
    }
    if random.below(3) == 0 {
      let failure = "SASL LOGIN authentication failed: (reason unavailable), sasl_username=eve"
      add(smtpd, "warning: \(client): \(failure)", after: 1000)
    }
    for message in 0..<random.below(4) {
      let id = "A\(digits(number, 3))\(message)F\(random.below(9))"
      let isSubmission = random.below(5) > 0
      let user = "user\(random.below(3))@example.org"
      let login = isSubmission ? ", sasl_method=PLAIN, sasl_username=\(user)" : ""
      add(smtpd, "\(id): client=\(client)\(login)", after: 5000)
      add("\(host) postfix/cleanup[9]", "\(id): message-id=<\(id)@x>", after: 3000)
      // Most mail is queued at once; some takes up to twenty minutes.
      let waits = [1000, 2000, 200_000, 90_000_000, 1_200_000_000][random.below(5)]
      add(
        "\(host) postfix/qmgr[5]",
        "\(id): from=<\(user)>, size=\(random.below(9000)), nrcpt=2 (queue active)",
        after: Int64(random.below(waits)) + 1
      )
      if random.below(2) == 0 {
        // Deferred: the queue manager tries again.
        let again = "\(id): from=<\(user)>, size=1, nrcpt=2 (queue active)"
        entries.append((time + 400_000_000, "\(host) postfix/qmgr[5]: \(again)"))
      }
      entries.append((time + 900_000_000, "\(host) postfix/qmgr[5]: \(id): removed"))
      if isSubmission { messages += 1 }
    }
    add(smtpd, "disconnect from \(client) ehlo=1 auth=1 quit=1 commands=3", after: 4000)
  }
}
