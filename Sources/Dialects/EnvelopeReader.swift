package import MailLog

/// Takes log records out of the formats that wrap them: `journalctl -o export` and `-o json`,
/// Docker's json-file, the Container Runtime Interface's log; plain lines between them pass through.
///
/// Reads a stream of bytes cut anywhere. A record may span lines (a field of a journal export is
/// announced by its length and may hold newlines; containers cut long lines into parts), which is
/// why this is a state machine over the whole stream and not a parser of lines. Memory is bounded:
/// lines and fields over 64 KiB are dropped whole.
package struct EnvelopeReader: Sendable {
  /// One record; ranges are in `bytes`.
  package struct Record: Sendable {
    package enum Content: Sendable {
      case passedOver(PassedOver)
      /// A line of text, and the envelope's own stamp.
      case line(ByteRange, LogStamp?)
      case journal(Entry)
    }
    package var content: Content

    /// The record's text, for people: the line, or the message of a journal entry.
    package func text(in bytes: [UInt8]) -> ArraySlice<UInt8> {
      switch content {
      case .passedOver: []
      case .line(let range, _): bytes[range.range]
      case .journal(let entry): bytes[entry.message.range]
      }
    }
  }

  /// A journal entry.
  package struct Entry: Sendable {
    package var stamp: LogStamp
    /// `host program`, with the index of the blank between them.
    package var tag: ByteRange
    package var hostEnd: Int
    package var pid: UInt32
    package var message: ByteRange
  }

  static let lineLimit = 64 * 1024

  /// No field is longer: systemd itself takes none over 768 MiB (its journal-importer.h,
  /// `DATA_SIZE_MAX`).
  private static let fieldLimit: UInt64 = 1 << 30

  /// The text of the records read so far.
  package private(set) var bytes: [UInt8] = []
  package private(set) var records: [Record] = []

  private enum State: Sendable {
    case line
    /// The rest of a line that is too long.
    case dropping
    /// The rest of a line whose start a broken field has taken.
    case skipping
    /// The eight bytes of a field's length, as far as they are read.
    case length([UInt8])
    /// What is still to come of a field's value, its newline included.
    case value(UInt64)
  }

  private var state = State.line
  private var line: [UInt8] = []
  /// The journal entry that is being read.
  private var entry: JournalFields?
  private var field = JournalFields.Field.other
  private var containers = ContainerLines()

  package init() {}

  /// Forgets the records, not what is half read.
  package mutating func removeRecords() {
    bytes.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
  }

  /// Reads on.
  package mutating func read(_ input: Span<UInt8>) {
    var index = 0
    while index < input.count {
      switch state {
      case .line, .dropping, .skipping: readLine(input, at: &index)
      case .length(let bytes): readLength(bytes, input[index], at: &index)
      case .value(let left): readValue(left, input, at: &index)
      }
    }
  }

  /// The stream is over: a last line without a newline counts; half an entry is a broken one.
  package mutating func finish() {
    // A field that breaks off may have lost its end, and the entry other fields.
    switch state {
    case .line where !line.isEmpty && entry == nil: endLine()
    case .dropping: dropLine()
    default: break
    }
    if entry != nil { breakEntry() }
    state = .line
    line = []
  }

  private mutating func readLine(_ input: Span<UInt8>, at index: inout Int) {
    var scanner = ByteScanner(input)
    scanner.move(to: index)
    let newline = scanner.index(of: UInt8(ascii: "\n"))
    let end = newline ?? input.count
    if case .line = state {
      if line.count + end - index > Self.lineLimit {
        line.removeAll()
        state = .dropping
      } else {
        line.append(input.extracting(index..<end))
      }
    }
    index = newline.map { $0 + 1 } ?? end
    guard newline != nil else { return }
    switch state {
    case .dropping: dropLine()
    case .skipping: state = .line
    default: endLine()
    }
  }

  private mutating func dropLine() {
    state = .line
    if entry == nil {
      records.append(Record(content: .passedOver(.tooLong)))
    } else {
      entry?.isTooLong = true
    }
  }

  /// A whole line is in `line`.
  private mutating func endLine() {
    defer { line.removeAll(keepingCapacity: true) }
    if ByteScanner(line.span).sees("__CURSOR=") {
      // The first field of an entry: the one before it, if any, has no end.
      if entry != nil { breakEntry() }
      entry = JournalFields()
    }
    guard entry != nil else { return endTextLine() }
    if line.isEmpty {
      if let entry { append(entry) }
      entry = nil
    } else if !readField() {
      // Something else follows the half of an entry.
      breakEntry()
      endTextLine()
    }
  }

  /// Takes a line of an entry, `NAME=value` or the name of a binary field; false: it is neither.
  private mutating func readField() -> Bool {
    let nameEnd = line.firstIndex { !JournalFields.isInName($0) } ?? line.count
    guard (1...JournalFields.nameLimit).contains(nameEnd) else { return false }
    let name = JournalFields.Field(line[..<nameEnd])
    if nameEnd == line.count {
      field = name
      state = .length([])
      return true
    }
    guard line[nameEnd] == UInt8(ascii: "=") else { return false }
    entry?.set(name, line[(nameEnd + 1)...])
    return true
  }

  private mutating func breakEntry() {
    records.append(Record(content: .passedOver(.brokenJournalEntry)))
    entry = nil
  }

  /// A binary field: name, newline, length (64 bit, little endian), value, newline
  /// (systemd.io/JOURNAL_EXPORT_FORMATS).
  private mutating func readLength(_ known: [UInt8], _ byte: UInt8, at index: inout Int) {
    index += 1
    let bytes = known + [byte]
    guard bytes.count == 8 else {
      state = .length(bytes)
      return
    }
    let length = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    line.removeAll(keepingCapacity: true)
    if length <= Self.fieldLimit {
      state = .value(length + 1)
    } else {
      // It was the text of something that follows half an entry.
      state = .line
      breakEntry()
      read(bytes.span)
    }
  }

  private mutating func readValue(_ left: UInt64, _ input: Span<UInt8>, at index: inout Int) {
    let count = Int(min(left, UInt64(input.count - index)))
    if field != .other, line.count <= Self.lineLimit + 1 {
      line.append(input.extracting(index..<index + count))
    }
    index += count
    guard left == UInt64(count) else {
      state = .value(left - UInt64(count))
      return
    }
    guard input[index - 1] == UInt8(ascii: "\n") else {
      state = .skipping
      line.removeAll(keepingCapacity: true)
      return breakEntry()
    }
    state = .line
    if line.count > Self.lineLimit + 1 {
      entry?.isTooLong = true
    } else if field != .other {
      entry?.set(field, line.dropLast())
    }
    line.removeAll(keepingCapacity: true)
  }

  // MARK: Lines

  private mutating func endTextLine() {
    if line.first == UInt8(ascii: "{") { return endJSONLine() }
    if let part = ContainerLines.Part(containerRuntimeLine: line) { return append(part) }
    appendLine(line[...], stamp: nil)
  }

  private mutating func endJSONLine() {
    var fields = JournalFields()
    var part = ContainerLines.Part()
    var isContainer = false
    var reader = JSONObjectReader(line)
    while let (key, value) = reader.next() {
      switch key {
      case "log": (part.text, isContainer) = (value, true)
      case "stream": part.stream = value
      case "time": part.stamp = ContainerLines.stamp(value)
      default: fields.set(JournalFields.Field(Array(key.utf8)[...]), value[...])
      }
    }
    guard reader.isWellFormed else {
      records.append(Record(content: .passedOver(.brokenJournalEntry)))
      return
    }
    guard isContainer else { return append(fields) }
    if part.text.last == UInt8(ascii: "\n") {
      part.text.removeLast()
      part.isLast = true
    }
    append(part)
  }

  private mutating func append(_ part: ContainerLines.Part) {
    switch containers.join(part) {
    case .incomplete: break
    case .tooLong: records.append(Record(content: .passedOver(.tooLong)))
    case .line(let text, let stamp): appendLine(text[...], stamp: stamp)
    }
  }

  private mutating func appendLine(_ text: ArraySlice<UInt8>, stamp: LogStamp?) {
    let start = bytes.count
    bytes.append(contentsOf: text)
    records.append(Record(content: .line(ByteRange(start, bytes.count), stamp)))
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ fields: JournalFields) {
    if fields.isTooLong {
      records.append(Record(content: .passedOver(.tooLong)))
      return
    }
    guard let message = fields.message, let program = fields.program, let stamp = fields.stamp
    else {
      records.append(Record(content: .passedOver(.brokenJournalEntry)))
      return
    }
    let start = bytes.count
    bytes.append(contentsOf: fields.host)
    let hostEnd = bytes.count
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: program)
    let tag = ByteRange(start, bytes.count)
    // As syslog has it: for people who are shown the line.
    bytes.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
    let messageStart = bytes.count
    bytes.append(contentsOf: message)
    let entry = Entry(
      stamp: stamp,
      tag: tag,
      hostEnd: hostEnd,
      pid: fields.pid,
      message: ByteRange(messageStart, bytes.count)
    )
    records.append(Record(content: .journal(entry)))
    bytes.append(UInt8(ascii: "\n"))
  }
}
