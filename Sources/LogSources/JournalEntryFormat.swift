import Glibc

/// Writes journal entries in the export format (systemd.io/JOURNAL_EXPORT_FORMATS), with the fields
/// that a mail log needs.
struct JournalEntryFormat {
  /// The longest value that is kept, as long as the longest line.
  static let valueLimit = 64 * 1024

  /// The entries so far.
  private(set) var bytes: [UInt8] = []
  private var start = 0
  private(set) var isTooLong = false
  /// The entry's own MESSAGE and MESSAGE_ID, for what the journal says about itself.
  private(set) var isSuppression = false
  private var message = 0..<0

  private static let names: [[UInt8]] = [
    "MESSAGE=", "SYSLOG_IDENTIFIER=", "_COMM=", "SYSLOG_PID=", "_PID=", "_HOSTNAME=",
    "_SOURCE_REALTIME_TIMESTAMP=",
  ].map { Array($0.utf8) }

  /// SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h: over the rate limit.
  static let suppression = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e"

  private static let suppressionBytes = Array(suppression.utf8)

  private static let cursor = Array("__CURSOR=\n__REALTIME_TIMESTAMP=".utf8)

  mutating func removeEntries() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Begins an entry.
  ///
  /// Who reads it knows by the cursor's name that it begins. The cursor itself stands in the
  /// position of the batch: to make one for each entry costs more than all the rest.
  mutating func begin(storedTime: UInt64) {
    start = bytes.count
    isTooLong = false
    isSuppression = false
    message = 0..<0
    bytes += Self.cursor
    bytes += String(storedTime).utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds a field, `NAME=value`, if it is one that is needed.
  mutating func add(_ field: UnsafeRawBufferPointer) {
    if unsafe Self.has(Self.suppressionBytes, field) { isSuppression = true }
    guard let name = Self.names.first(where: { unsafe Self.has($0, field) }) else { return }
    let value = unsafe UnsafeRawBufferPointer(rebasing: field[name.count...])
    guard value.count <= Self.valueLimit else {
      isTooLong = true
      return
    }
    let isMessage = name.count == 8
    let newline = UInt8(ascii: "\n")
    if isMessage || (unsafe value.contains(newline)) {
      bytes += name.dropLast()
      bytes.append(newline)
      var length = UInt64(value.count).littleEndian
      unsafe withUnsafeBytes(of: &length) { unsafe bytes.append(contentsOf: $0) }
    } else {
      bytes += name
    }
    if isMessage { message = bytes.count..<(bytes.count + value.count) }
    unsafe bytes.append(contentsOf: value)
    bytes.append(newline)
  }

  /// Whether `field` begins with `name`.
  private static func has(_ name: [UInt8], _ field: UnsafeRawBufferPointer) -> Bool {
    guard let start = field.baseAddress, field.count >= name.count else { return false }
    return unsafe memcmp(start, name, name.count) == 0
  }

  /// Ends the entry.
  mutating func end() {
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Takes the entry away; returns its message.
  mutating func drop() -> String {
    let text = String(decoding: bytes[message], as: UTF8.self)
    bytes.removeSubrange(start...)
    return text
  }
}
