import Dialects
import LogSources
import MailLog

/// A log to analyze, and when it begins.
struct LogFile {
  var path: String
  var input: LogInput
  /// An instant that no line is later than.
  var reference: Timestamp
  var begins: Timestamp?

  /// Looks at the first lines of `input`, the log at `path`.
  init(
    path: String,
    input: LogInput,
    now: Timestamp,
    zone: ZoneRules,
    year: Int?
  ) throws(LogSourceError) {
    self.path = path
    self.input = input
    reference = Self.reference(modified: input.modified, now: now)
    let head: [UInt8]
    do throws(LogSourceError) {
      head = try input.peek(64 * 1024)
    } catch {
      // An archive that gives nothing: whoever reads the log is told so, in its turn.
      guard error.isDamage else { throw error }
      return
    }
    guard let stamp = LineParser.firstStamp(in: head) else { return }
    var resolver = StampResolver(zone: zone, reference: reference, year: year)
    begins = (try? resolver.resolve(stamp)) ?? nil
  }

  /// An instant that no line is later than, of a file that was changed last at `modified`.
  static func reference(modified: Timestamp?, now: Timestamp) -> Timestamp {
    // A file made by a program that sets no time is as good as one written now.
    let year2000 = Timestamp(seconds: 946_684_800)
    return modified.map { $0 < year2000 ? now : min($0, now) } ?? now
  }

  /// A file, not standard input nor a pipe.
  var canBeReadAgain: Bool { path != "-" && input.size != nil }

  /// Whether the log's first record may span lines.
  func beginsWithEnvelope() throws(LogSourceError) -> Bool {
    let head = try input.peek(16)
    return head.starts(with: Array("__CURSOR=".utf8)) || head.first == UInt8(ascii: "{")
  }
}
