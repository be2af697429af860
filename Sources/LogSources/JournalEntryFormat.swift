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
  var isSuppression: Bool { tellsSuppression && isJournalsOwn }
  private var tellsSuppression = false
  private var isJournalsOwn = false
  /// The entry is of another machine than `machine`.
  private(set) var isForeign = false
  private var message = 0..<0
  private let machine: [UInt8]?

  /// SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h: over the rate limit.
  static let suppression = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e"

  /// Written by journald itself, systemd.journal-fields(7): a field without `_` is anybody's.
  static let driver = "_TRANSPORT=driver"

  private static let suppressionBytes = Array(suppression.utf8)

  /// - Parameter machine: whose entries it gets, as the field `_MACHINE_ID=value`, or empty of those
  ///   that have none; nil: anybody's.
  init(machine: String? = nil) {
    self.machine = machine.map { Array($0.utf8) }
  }

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
    tellsSuppression = false
    isJournalsOwn = false
    isForeign = false
    message = 0..<0
    bytes += Self.cursor
    append(decimal: storedTime)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(decimal number: UInt64) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var start = 20
    var rest = number
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in start..<20 { bytes.append(digits[index]) }
  }

  /// Adds a field, `NAME=value`, if it is one that is needed.
  mutating func add(_ field: UnsafeRawBufferPointer) {
    let nameLength = unsafe Self.nameLength(of: field)
    guard nameLength > 0 else {
      if nameLength < 0 { unsafe note(field) }
      return
    }
    let value = unsafe UnsafeRawBufferPointer(rebasing: field[nameLength...])
    guard value.count <= Self.valueLimit else {
      isTooLong = true
      return
    }
    let newline = UInt8(ascii: "\n")
    guard nameLength == 8 || (unsafe value.contains(newline)) else {
      unsafe bytes.append(contentsOf: field)
      bytes.append(newline)
      return
    }
    unsafe bytes.append(contentsOf: field[..<(nameLength - 1)])
    bytes.append(newline)
    var length = UInt64(value.count).littleEndian
    unsafe withUnsafeBytes(of: &length) { unsafe bytes.append(contentsOf: $0) }
    if nameLength == 8 { message = bytes.count..<(bytes.count + value.count) }
    unsafe bytes.append(contentsOf: value)
    bytes.append(newline)
  }

  /// Takes note of a field that is not written.
  private mutating func note(_ field: UnsafeRawBufferPointer) {
    if unsafe Self.has(Self.suppressionBytes, field) { tellsSuppression = true }
    if unsafe Self.has(Self.driverBytes, field) { isJournalsOwn = true }
    guard let machine, unsafe Self.has(Self.machineBytes, field) else { return }
    isForeign = unsafe machine.count != field.count || !Self.has(machine, field)
  }

  /// The length of the name, with its `=`, of a field that is needed; 0 of another, -1 of what may be
  /// a MESSAGE_ID, a _MACHINE_ID or a _TRANSPORT.
  ///
  /// Told by the first eight bytes where it can be: of two dozen fields seven are needed.
  @inline(__always) private static func nameLength(of field: UnsafeRawBufferPointer) -> Int {
    guard field.count >= 8 else { return unsafe has(pidBytes, field) ? pidBytes.count : 0 }
    let word = UInt64(littleEndian: unsafe field.loadUnaligned(as: UInt64.self))
    switch word {
    case Word.message: return 8
    case Word.messageID, Word.machine, Word.transport: return -1
    case Word.identifier: return unsafe has(identifierBytes, field) ? identifierBytes.count : 0
    case Word.syslogPID: return unsafe has(syslogPIDBytes, field) ? syslogPIDBytes.count : 0
    case Word.hostname: return unsafe has(hostnameBytes, field) ? hostnameBytes.count : 0
    case Word.source: return unsafe has(sourceBytes, field) ? sourceBytes.count : 0
    default:
      if word & 0xff_ffff_ffff == Word.pid { return 5 }
      return word & 0xffff_ffff_ffff == Word.command ? 6 : 0
    }
  }

  private static let identifierBytes = Array("SYSLOG_IDENTIFIER=".utf8)
  private static let syslogPIDBytes = Array("SYSLOG_PID=".utf8)
  private static let hostnameBytes = Array("_HOSTNAME=".utf8)
  private static let sourceBytes = Array("_SOURCE_REALTIME_TIMESTAMP=".utf8)
  private static let machineBytes = Array("_MACHINE_ID=".utf8)
  private static let driverBytes = Array(driver.utf8)
  private static let pidBytes = Array("_PID=".utf8)

  /// The first bytes of a name as a little-endian word, spelt out: a constant costs a comparison.
  private enum Word {
    // `MESSAGE=`
    static let message: UInt64 = 0x3d45_4741_5353_454d
    // `MESSAGE_`
    static let messageID: UInt64 = 0x5f45_4741_5353_454d
    // `_TRANSPO`
    static let transport: UInt64 = 0x4f50_534e_4152_545f
    // `SYSLOG_I`
    static let identifier: UInt64 = 0x495f_474f_4c53_5953
    // `SYSLOG_P`
    static let syslogPID: UInt64 = 0x505f_474f_4c53_5953
    // `_HOSTNAM`
    static let hostname: UInt64 = 0x4d41_4e54_534f_485f
    // `_SOURCE_`
    static let source: UInt64 = 0x5f45_4352_554f_535f
    // `_MACHINE`
    static let machine: UInt64 = 0x454e_4948_4341_4d5f
    // `_PID=`
    static let pid: UInt64 = 0x3d_4449_505f
    // `_COMM=`
    static let command: UInt64 = 0x3d4d_4d4f_435f
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
