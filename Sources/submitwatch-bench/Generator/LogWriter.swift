/// Writes syslog lines as bytes, a block at a time.
///
/// A line is `begin`, its parts in any number, `end`. Times must not go back.
struct LogWriter: ~Copyable {
  private static let blockSize = 1 << 20

  private(set) var byteCount = 0
  private(set) var lineCount = 0
  private let file: SystemFile
  private let format: StampFormat
  private var block: [UInt8] = []
  private var flushedByteCount = 0
  /// The stamp up to the second, which many lines share.
  private var stamp: [UInt8] = []
  private var stampSecond: Int64 = -1
  private let stampEnd: [UInt8]

  init(path: String, format: StampFormat) throws(BenchError) {
    file = try SystemFile(creating: path)
    self.format = format
    stampEnd = Array((format == .rfc3339 ? "+00:00 mx1 postfix/" : " mx1 postfix/").utf8)
    block.reserveCapacity(Self.blockSize + 4096)
  }

  /// Starts a line at `time`, in microseconds since 1970.
  mutating func begin(_ time: Int64, _ program: String, _ processID: Int) {
    let (second, microsecond) = time.quotientAndRemainder(dividingBy: 1_000_000)
    if second != stampSecond {
      writeStamp(second)
    }
    block.append(contentsOf: stamp)
    if format == .rfc3339 {
      block.append(number: Int(microsecond), width: 6)
    }
    block.append(contentsOf: stampEnd)
    text(program)
    block.append(UInt8(ascii: "["))
    block.append(number: processID)
    text("]: ")
  }

  mutating func text(_ text: String) {
    block.append(contentsOf: text.utf8)
  }

  mutating func bytes(_ bytes: ArraySlice<UInt8>) {
    block.append(contentsOf: bytes)
  }

  mutating func bytes(_ bytes: [UInt8]) {
    block.append(contentsOf: bytes)
  }

  mutating func number(_ number: Int) {
    block.append(number: number)
  }

  /// A duration as Postfix's delivery agents write it: two significant digits and no more.
  mutating func duration(_ microseconds: Int64) {
    let hundredths = Int(microseconds / 10_000)
    guard hundredths < 1000, hundredths % 100 != 0 else {
      block.append(number: hundredths / 100)
      return
    }
    block.append(number: hundredths / 100)
    block.append(UInt8(ascii: "."))
    if hundredths >= 100 || hundredths % 10 == 0 {
      block.append(number: hundredths % 100 / 10)
    } else {
      block.append(number: hundredths % 100, width: 2)
    }
  }

  mutating func end() throws(BenchError) {
    block.append(UInt8(ascii: "\n"))
    lineCount += 1
    byteCount = flushedByteCount + block.count
    if block.count >= Self.blockSize {
      try flush()
    }
  }

  /// Writes what is left, and dates the file by its last line.
  mutating func finish() throws(BenchError) {
    try flush()
    try file.date(second: Int(stampSecond))
  }

  private mutating func flush() throws(BenchError) {
    try file.write(block)
    flushedByteCount += block.count
    block.removeAll(keepingCapacity: true)
  }

  private mutating func writeStamp(_ second: Int64) {
    let (day, secondOfDay) = Int(second).quotientAndRemainder(dividingBy: 86_400)
    let date = CalendarDay(daysSince1970: day)
    stampSecond = second
    stamp.removeAll(keepingCapacity: true)
    if format == .rfc3339 {
      stamp.append(number: date.year)
      stamp.append(UInt8(ascii: "-"))
      stamp.append(number: date.month, width: 2)
      stamp.append(UInt8(ascii: "-"))
      stamp.append(number: date.day, width: 2)
      stamp.append(UInt8(ascii: "T"))
    } else {
      let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)
      stamp.append(contentsOf: months[(date.month - 1) * 3..<date.month * 3])
      stamp.append(contentsOf: Array(date.day < 10 ? "  ".utf8 : " ".utf8))
      stamp.append(number: date.day)
      stamp.append(UInt8(ascii: " "))
    }
    stamp.append(number: secondOfDay / 3600, width: 2)
    stamp.append(UInt8(ascii: ":"))
    stamp.append(number: secondOfDay / 60 % 60, width: 2)
    stamp.append(UInt8(ascii: ":"))
    stamp.append(number: secondOfDay % 60, width: 2)
    if format == .rfc3339 {
      stamp.append(UInt8(ascii: "."))
    }
  }
}

extension [UInt8] {
  /// Appends a number that is not negative, with zeros in front up to `width`.
  mutating func append(number: Int, width: Int = 1) {
    var divisor = 1
    for _ in 1..<Swift.max(width, 1) {
      divisor *= 10
    }
    while number / divisor >= 10 {
      divisor *= 10
    }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
