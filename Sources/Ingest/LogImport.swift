package import Dialects
import LogSources
package import MailLog

/// Old logs that are to be counted beside the live ones.
package struct LogImport: Sendable {
  package struct File: Sendable {
    package var path: String
    /// As messages call it.
    package var name: String

    package init(path: String, name: String) {
      self.path = path
      self.name = name
    }
  }

  /// What became of the lines of one file.
  package struct ReadFile: Sendable, Equatable {
    /// As messages call it.
    package var name: String
    package var lines: UInt64
    package var usedLines: UInt64
    /// Why the other lines were of no use.
    package var passedOver: [PassedOver: UInt64]
  }

  package struct Outcome: Sendable, Equatable {
    /// In the order of their time.
    package var files: [ReadFile]
    /// Messages that were counted.
    package var submissions: UInt64
    /// Messages that had been counted before.
    package var alreadyCounted: UInt64
    /// Messages of days that are no longer kept.
    package var tooOld: UInt64
  }

  /// The live sources kept reading lines of the same time: nothing is counted.
  package struct Busy: Error, CustomStringConvertible {
    package var description: String {
      """
      the daemon is still reading lines of the same time from its own sources, nothing of the \
      import is counted; import again when `submitwatch status` shows no lag
      """
    }
  }

  /// Lines are later than now: counted, they would take the place of live lines to come.
  package struct InFuture: Error, CustomStringConvertible {
    package var name: String
    package var latest: Timestamp
    package var zone: ZoneRules

    /// Clocks of machines differ.
    package static let tolerance: Int64 = 600 * 1_000_000_000

    package var description: String {
      let offset = Int16(zone.offset(at: latest.seconds) / 60)
      return """
        '\(escapedText(name.utf8))' has lines later than now, up to \
        \(latest.text(offsetMinutes: offset)): name the zone of its time stamps with --log-timezone, \
        or the year of its first line with --year; where a clock was wrong, take these lines out
        """
    }
  }

  /// It was broken off: nothing is counted.
  package struct Stopped: Error {}

  package var files: [File]
  /// The zone of stamps that name none.
  package var logZone: ZoneRules
  /// The year of the first line of logs without years.
  package var year: Int?
  /// The host of lines that name none; nil: that of the live logs.
  package var host: [UInt8]?
  /// Asked again and again: whether to break it off.
  package var isStopping: @Sendable () -> Bool = { false }

  package init(files: [File], logZone: ZoneRules, year: Int? = nil) {
    self.files = files
    self.logZone = logZone
    self.year = year
  }

  /// All files, read to their end.
  struct Reading {
    let joiner: JoinerBox
    /// In the order of their time.
    let logs: [LogAnalysis.ReadLog]
  }

  /// Reads the files, in the order of their time; `begin` makes what they are joined by.
  ///
  /// - Throws: `LogSourceError` if a file cannot be read to its end, `YearError`, `InFuture`,
  ///   `Stopped`.
  func read(
    _ options: LogAnalysis.Options,
    begin: () -> JoinerBox
  ) throws -> Reading {
    var options = options
    options.logZone = logZone
    options.year = year
    let analysis = LogAnalysis(paths: files.map(\.path), options: options) { [isStopping] _ in
      if isStopping() { throw Stopped() }
    }
    var firstYears = FirstYears()
    do {
      let reading = try firstYears.settle { firstYears in
        let joiner = begin()
        let logs = try analysis.read(into: joiner, firstYears: firstYears)
        if let damage = logs.lazy.compactMap(\.damage).first { throw damage }
        joiner.withJoiner { $0.finish() }
        return Reading(joiner: joiner, logs: logs)
      }
      try checkFuture(reading.logs, now: options.now, options.rules.zone)
      return reading
    } catch let error as LogSourceError {
      throw LogSourceError(error.code, path: name(of: error.path))
    } catch let error as YearError {
      throw YearError(path: name(of: error.path))
    }
  }

  private func checkFuture(
    _ logs: [LogAnalysis.ReadLog],
    now: Timestamp,
    _ zone: ZoneRules
  ) throws(InFuture) {
    for log in logs {
      guard let latest = log.totals.latest, latest.since(now) > InFuture.tolerance else { continue }
      throw InFuture(name: name(of: log.path), latest: latest, zone: zone)
    }
  }

  /// What became of the lines of each file.
  func files(_ logs: [LogAnalysis.ReadLog]) -> [ReadFile] {
    var before = IngestTotals()
    return logs.map { log in
      let totals = log.totals.since(before)
      before = log.totals
      return ReadFile(
        name: name(of: log.path),
        lines: UInt64(totals.lines),
        usedLines: UInt64(max(0, totals.usedLines)),
        passedOver: totals.passedOver.mapValues { UInt64($0) }
      )
    }
  }

  private func name(of path: String) -> String {
    files.first { $0.path == path }?.name ?? path
  }
}
