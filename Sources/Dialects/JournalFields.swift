import MailLog

/// The fields of one journal entry that a mail log needs (systemd.journal-fields(7)).
struct JournalFields: Sendable {
  enum Field: String, Sendable, CaseIterable {
    case message = "MESSAGE"
    case identifier = "SYSLOG_IDENTIFIER"
    case command = "_COMM"
    case syslogPID = "SYSLOG_PID"
    case processID = "_PID"
    case host = "_HOSTNAME"
    case sourceTime = "_SOURCE_REALTIME_TIMESTAMP"
    case storedTime = "__REALTIME_TIMESTAMP"
    case other = ""

    private static let names = allCases.map { (field: $0, bytes: Array($0.rawValue.utf8)) }

    init(_ name: ArraySlice<UInt8>) {
      // Most fields of an entry are none of these, and differ from them in length.
      let known = Self.names.first { $0.bytes.count == name.count && $0.bytes[...] == name }
      self = known?.field ?? .other
    }
  }

  /// The longest name, in bytes, and what is in one (systemd.io/JOURNAL_EXPORT_FORMATS).
  static let nameLimit = 64

  @inline(__always)
  static func isInName(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "A") < 26 || byte == UInt8(ascii: "_") || byte &- UInt8(ascii: "0") < 10
  }

  private(set) var message: ArraySlice<UInt8>?
  private(set) var host: ArraySlice<UInt8> = []
  private var identifier: ArraySlice<UInt8>?
  private var command: ArraySlice<UInt8>?
  private var syslogPID: UInt32?
  private var processID: UInt32?
  private var sourceTime: Int64?
  private var storedTime: Int64?
  /// A field was longer than a line may be.
  var isTooLong = false

  /// Sets a field; the first value of a repeated one stays.
  mutating func set(_ field: Field, _ value: ArraySlice<UInt8>) {
    switch field {
    case .message: message = message ?? value
    case .identifier: identifier = identifier ?? value
    case .command: command = command ?? value
    case .syslogPID: syslogPID = syslogPID ?? Self.processID(value)
    case .processID: processID = processID ?? Self.processID(value)
    case .host: host = host.isEmpty ? value : host
    case .sourceTime: sourceTime = sourceTime ?? Self.number(value)
    case .storedTime: storedTime = storedTime ?? Self.number(value)
    case .other: break
    }
  }

  var program: ArraySlice<UInt8>? { identifier ?? command }

  /// The program's own; else that of the process that wrote the line, which may be a relay.
  var pid: UInt32 { syslogPID ?? processID ?? 0 }

  /// When the line was sent, if known; else when the journal got it.
  ///
  /// Microseconds, UTC.
  var stamp: LogStamp? {
    guard let microseconds = sourceTime ?? storedTime,
      Self.possibleTimes.contains(microseconds)
    else { return nil }
    return LogStamp(
      value: microseconds &* 1000,
      form: .absolute,
      offsetMinutes: LogStamp.utcMarker,
      fractionDigits: 6
    )
  }

  /// From 1970 to 2199, as of all stamps.
  private static let possibleTimes: ClosedRange<Int64> = 0...7_258_118_399_999_999

  private static func processID(_ text: ArraySlice<UInt8>) -> UInt32? {
    number(text).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Up to 16 digits.
  private static func number(_ text: ArraySlice<UInt8>) -> Int64? {
    text.count <= 16 ? Int64(String(decoding: text, as: UTF8.self)) : nil
  }
}
