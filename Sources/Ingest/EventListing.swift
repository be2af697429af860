package import Dialects
package import LogSources
package import MailLog

/// Lists the events of logs, joined: what `submitwatch parse` does.
///
/// Reads the logs twice: whether a message was sent without TLS may only show lines later, in the
/// same session or at its host's first TLS line.
package struct EventListing: ~Copyable {
  /// What to hand over for each record of a log.
  package struct Sink {
    package var event: (LoggedEvent) -> Void
    /// What became of the record with this number in its log, and its text.
    package var record: (Int, Verdict, MailEvent?, ArraySlice<UInt8>) -> Void

    package init(
      event: @escaping (LoggedEvent) -> Void,
      record: @escaping (Int, Verdict, MailEvent?, ArraySlice<UInt8>) -> Void = { _, _, _, _ in
      }
    ) {
      self.event = event
      self.record = record
    }
  }

  /// What the whole logs tell of their messages without TLS.
  struct LookAhead {
    var hostsLoggingTLS: Set<HostKey> = []
    var retracted: Set<UInt64> = []

    func tls(of submission: Submission) -> TLSVersion {
      if retracted.contains(submission.number) { return .unknown }
      guard submission.isUndecided else { return submission.tls }
      return hostsLoggingTLS.contains(submission.logger) ? .none : .unknown
    }
  }

  package private(set) var totals = IngestTotals()
  private let files: [LogFile]
  private let analysis: LogAnalysis
  private let zone: ZoneRules
  private let foldsCase: Bool

  /// A listing of the logs at `paths`, which can be read more than once: no pipes.
  package init(paths: [String], options: LogAnalysis.Options) throws(LogSourceError) {
    analysis = LogAnalysis(paths: paths, options: options)
    files = try analysis.open()
    zone = options.logZone
    foldsCase = options.rules.foldsCase
  }

  /// Reads all logs, in the order of their time; returns those that are damaged.
  package mutating func run(_ sink: Sink) throws -> [LogSourceError] {
    var firstYears = FirstYears()
    let lookAhead = try firstYears.settle { firstYears in
      var survey = EventPass(zone: zone, foldsCase: foldsCase)
      _ = try read(into: &survey, firstYears: firstYears, sink: nil)
      survey.finish()
      return survey.lookAhead
    }
    var pass = EventPass(zone: zone, foldsCase: foldsCase)
    pass.lookAhead = lookAhead
    let damaged = try read(into: &pass, firstYears: firstYears, sink: sink)
    pass.finish(sink)
    totals = pass.totals
    return damaged
  }

  private func read(
    into pass: inout EventPass,
    firstYears: FirstYears,
    sink: Sink?
  ) throws -> [LogSourceError] {
    var damaged: [LogSourceError] = []
    for file in files {
      pass.beginLog(analysis.resolver(of: file, firstYears: firstYears))
      do {
        do {
          try pass.read(try LogInput.open(path: file.path), sink)
        } catch let error as LogSourceError {
          guard error.isDamage else { throw error }
          damaged.append(error)
        }
        try pass.endLog()
      } catch let conflict as StampResolver.YearConflict {
        throw FirstYears.Conflict(file, firstYear: conflict.firstYear)
      }
    }
    return damaged
  }
}
