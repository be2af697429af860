import ArgumentParser
import Dialects
import Ingest
import LogSources
import MailLog
import Platform
import Reports

/// `submitwatch parse`: the events that logs yield.
struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "The events that logs yield, one JSON object a line.",
    discussion: """
      Reads the logs twice, to know what later lines tell of earlier messages; standard input is \
      kept in a temporary file for it.
      """
  )

  @Flag(help: "In place of events: per line of the log, why it is used or passed over.")
  var explain = false

  @OptionGroup var logs: LogOptions

  func run() throws {
    try Failure.translating {
      // Kept to the end: a spool is open as long as it lives.
      var spools: [SpooledInput] = []
      let paths = try logs.files.map { path in
        let input = try LogInput.open(path: path)
        guard path == "-" || input.size == nil else { return path }
        spools.append(try SpooledInput(input))
        return spools[spools.count - 1].path
      }
      defer { spools.removeAll() }
      let options = logs.analysisOptions(threads: 1)
      let output = EventOutput()
      var listing = try EventListing(paths: paths, options: options)
      let unread = try listing.run(explain ? output.explanations : output.events)
      let damaged = spools.compactMap(\.damage) + unread
      try output.finish()
      printSummary(listing.totals, isVerbose: false)
      if let first = damaged.first {
        for error in damaged.dropFirst() { StandardError.print("submitwatch: \(error)") }
        throw Failure(first)
      }
    }
  }
}

/// Writes events and explanations to standard output, in blocks.
private final class EventOutput {
  private var json = JSONWriter()
  private var isReaderGone = false
  private var failure: (any Error)?

  /// Prints the events.
  var events: EventListing.Sink {
    EventListing.Sink { event in
      event.write(to: &self.json)
      self.flush(at: 64 * 1024)
    }
  }

  /// Prints what became of each line.
  var explanations: EventListing.Sink {
    EventListing.Sink(event: { _ in }) { number, verdict, event, text in
      writeExplanation(number, verdict, event, text, to: &self.json)
      self.flush(at: 64 * 1024)
    }
  }

  func finish() throws {
    flush(at: 0)
    if let failure { throw failure }
  }

  private func flush(at size: Int) {
    guard json.output.bytes.count > size else { return }
    do {
      if !isReaderGone { isReaderGone = try !StandardOutput.write(json.output.bytes) }
    } catch {
      failure = error
      isReaderGone = true
    }
    json = JSONWriter()
  }
}
