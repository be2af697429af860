package import Counters
import Detection
import Dialects
package import LogSources
package import MailLog
import Platform
import Sessions

/// Reads logs from their start to their end, and counts: what `submitwatch analyze` does.
package struct LogAnalysis: Sendable {
  package struct Options: Sendable {
    package var rules = CountingRules()
    /// The zone of stamps that name none.
    package var logZone = ZoneRules.utc
    /// The year of the first line of logs without years.
    package var year: Int?
    package var threads = 1
    /// What is counted beside the messages of each day.
    package var parts: CounterParts = [.lastSeen, .failures]
    package var now: Timestamp

    package init(now: Timestamp) {
      self.now = now
    }
  }

  package struct Result: ~Copyable {
    package var counters: Counters
    package var totals: IngestTotals
    /// Logs that could not be read to their end; what was read of them counts.
    package var damaged: [LogSourceError]
    /// The alerts that the logs raise, the latest first.
    package var alerts: [Alert] = []
  }

  private let paths: [String]
  private let options: Options
  /// Told how many bytes of all files, on disk, are read; what it throws ends the reading.
  private let progress: @Sendable (Int64) throws -> Void

  /// An analysis of the logs at `paths`; "-" is standard input, a file is read once, however often
  /// and by whatever names it is in them.
  ///
  /// Exim's reject log is left out where its main log is named: the main log has all that it has.
  package init(
    paths: [String],
    options: Options,
    progress: @escaping @Sendable (Int64) throws -> Void = { _ in }
  ) {
    var seen: Set<String> = []
    self.paths = RejectLogs.leftOut(of: paths.filter { seen.insert($0).inserted })
    self.options = options
    self.progress = progress
  }

  /// Reads all logs, in the order of their time.
  ///
  /// - Throws: `LogSourceError` if a log cannot be opened; `YearError` if the years of a log
  ///   without years cannot be told.
  package func run() throws -> Result {
    var firstYears = FirstYears()
    return try firstYears.settle(run(firstYears:))
  }

  /// Opens the logs, earliest first; those without a stamp come last.
  ///
  /// Of logs that begin at one time the one that was written last comes last.
  func open() throws(LogSourceError) -> [LogFile] {
    let files = try openOnce()
    let latest = Timestamp(nanoseconds: .max)
    let order = files.indices.sorted { left, right in
      let (one, other) = (files[left], files[right])
      let begins = (one.begins ?? latest, other.begins ?? latest)
      guard begins.0 == begins.1 else { return begins.0 < begins.1 }
      return one.reference == other.reference ? left < right : one.reference < other.reference
    }
    return order.map { files[$0] }
  }

  /// The logs as they are named, each file once: links and other ways to write a path lead to one.
  private func openOnce() throws(LogSourceError) -> [LogFile] {
    let (now, zone, year) = (options.now, options.logZone, options.year)
    var files: [LogFile] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      let input = try LogInput.open(path: path)
      guard seen.insert(input.identity).inserted else { continue }
      files.append(try LogFile(path: path, input: input, now: now, zone: zone, year: year))
    }
    return files
  }

  func resolver(of file: LogFile, firstYears: FirstYears) -> StampResolver {
    StampResolver(
      zone: options.logZone,
      reference: file.reference,
      year: options.year,
      firstYear: firstYears[file]
    )
  }

  private func run(firstYears: FirstYears) throws -> Result {
    let counters = Counters(
      zone: options.rules.zone,
      foldsCase: options.rules.foldsCase,
      parts: options.parts
    )
    let resolver = StampResolver(zone: options.logZone, reference: options.now)
    let detector = options.rules.emptyDetector
    // Without a detector nobody asks for rejections; nor for addresses, where only messages count.
    let sessions = SessionTable(
      limits: .ofFiles,
      countsOnly: detector == nil,
      readsClients: detector != nil || !options.parts.isEmpty,
      tracksBounces: options.rules.readsBounces
    )
    var first = LogJoiner(counters: counters, sessions: sessions, log: LogReading(resolver))
    first.detector = detector
    let joiner = JoinerBox(first)
    let logs = try read(into: joiner, firstYears: firstYears)
    return joiner.finish(damaged: logs.compactMap(\.damage))
  }

  /// What became of one of the logs.
  struct ReadLog {
    let path: String
    /// Of all lines up to its end, those of the logs before it, too.
    let totals: IngestTotals
    /// Why it could not be read to its end.
    let damage: LogSourceError?
  }

  /// Reads all logs once, in the order of their time.
  func read(into joiner: JoinerBox, firstYears: FirstYears) throws -> [ReadLog] {
    var logs: [ReadLog] = []
    var bytesBefore: Int64 = 0
    for file in try open() {
      joiner.beginLog(self.resolver(of: file, firstYears: firstYears))
      var damage: LogSourceError?
      do {
        do {
          try read(file, into: joiner, bytesBefore: bytesBefore)
        } catch let error as LogSourceError {
          guard error.isDamage else { throw error }
          damage = error
        }
        try joiner.endLog()
      } catch let conflict as StampResolver.YearConflict {
        throw FirstYears.Conflict(file, firstYear: conflict.firstYear)
      }
      let totals = joiner.withJoiner { $0.totals }
      logs.append(ReadLog(path: file.path, totals: totals, damage: damage))
      bytesBefore += file.input.size ?? 0
    }
    return logs
  }

  private func read(_ file: LogFile, into joiner: JoinerBox, bytesBefore: Int64) throws {
    if try file.beginsWithEnvelope() {
      return try readEnvelopes(file.input, from: 0, into: joiner, bytesBefore: bytesBefore)
    }
    guard file.canBeReadAgain else {
      return try readStream(file.input, into: joiner, bytesBefore: bytesBefore)
    }
    let progress = self.progress
    do {
      let parser = options.rules.parser
      try BlockScan(path: file.path, threads: options.threads, parser: parser) { work in
        try joiner.join(work.content)
        try progress(bytesBefore + work.content.consumed)
      }.run()
    } catch let found as EnvelopeFound {
      try readEnvelopes(file.input, from: found.offset, into: joiner, bytesBefore: bytesBefore)
    }
  }

  /// Reads a log that cannot be read twice: its lines on one thread, so that nothing is read beyond
  /// the first record that spans several.
  private func readStream(_ input: LogInput, into joiner: JoinerBox, bytesBefore: Int64) throws {
    var reader = LineBlockReader(input: input)
    var block = ParsedBlock()
    var parser = options.rules.parser
    do {
      while try block.read(from: &reader) {
        block.parse(by: &parser)
        try joiner.join(block)
        try progress(bytesBefore + block.consumed)
      }
    } catch let found as EnvelopeFound {
      block.giveBack(from: found.offset, to: &reader)
      try readEnvelopes(input, from: 0, into: joiner, bytesBefore: bytesBefore)
    }
  }

  private func readEnvelopes(
    _ input: LogInput,
    from offset: Int64,
    into joiner: JoinerBox,
    bytesBefore: Int64
  ) throws {
    var scan = EnvelopeScan(options.rules.parser)
    try scan.run(input, from: offset) { batch, bytes in
      try joiner.join(batch, in: bytes)
      try progress(bytesBefore + input.consumed)
    }
  }
}
