/// Bytes on their way out, handed on in blocks.
package struct ByteWriter {
  /// What is not handed on yet.
  package private(set) var bytes: [UInt8] = []
  private let sink: (([UInt8]) -> Bool)?
  /// The reader is gone: what is written from now on is thrown away.
  package private(set) var isClosed = false
  /// CSV is for a spreadsheet, which takes some cells for formulas: see `appendCell`.
  package var isForSpreadsheet = false

  package static let blockSize = 256 * 1024

  /// A writer that hands on full blocks to `sink`, or keeps everything if there is none.
  ///
  /// - Parameter sink: takes a block; false: the reader is gone.
  package init(sink: (([UInt8]) -> Bool)? = nil) {
    self.sink = sink
    bytes.reserveCapacity(sink == nil ? 4096 : Self.blockSize + 4096)
  }

  package mutating func append(_ byte: UInt8) {
    bytes.append(byte)
  }

  package mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  package mutating func append(_ slice: ArraySlice<UInt8>) {
    bytes.append(contentsOf: slice)
  }

  package mutating func append(contentsOf bytes: some Collection<UInt8>) {
    self.bytes.append(contentsOf: bytes)
  }

  /// Writes a number in decimal.
  package mutating func append(number: UInt64) {
    append(capacity: OutputSpan<UInt8>.digits) { $0.append(number: number) }
  }

  /// Adds up to `capacity` bytes that `body` writes: cheaper than one by one.
  package mutating func append(capacity: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    bytes.append(addingCapacity: capacity, initializingWith: body)
  }

  /// Hands on what is there if it makes a block: for the end of a row.
  package mutating func passBlock() {
    if sink != nil, bytes.count >= Self.blockSize { flush() }
  }

  /// Hands on all that is there.
  package mutating func flush() {
    guard let sink else { return }
    if !isClosed, !bytes.isEmpty { isClosed = !sink(bytes) }
    bytes.removeAll(keepingCapacity: true)
  }
}

extension OutputSpan<UInt8> {
  /// The most digits that a number has.
  static var digits: Int { 20 }

  /// Writes a number in decimal: see `digits`.
  mutating func append(number: UInt64) {
    guard number > 9 else { return append(48 | UInt8(truncatingIfNeeded: number)) }
    var unit: UInt64 = 10
    while number / unit > 9 { unit &*= 10 }
    var rest = number
    while unit > 0 {
      let (digit, remainder) = rest.quotientAndRemainder(dividingBy: unit)
      append(48 | UInt8(truncatingIfNeeded: digit))
      rest = remainder
      unit /= 10
    }
  }

  /// Writes a part of `bytes`, for which there is room.
  mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    unsafe bytes.extracting(range).withUnsafeBufferPointer { part in
      unsafe withUnsafeMutableBufferPointer { room, count in
        // The slice checks that there is.
        count = unsafe room[count...].initialize(fromContentsOf: part)
      }
    }
  }
}

extension ByteWriter {
  /// Writes a CSV cell, in quotes where RFC 4180 wants them.
  ///
  /// For spreadsheets `'` goes in front of what they would take for a formula.
  mutating func appendCell(_ text: some Collection<UInt8>) {
    if isForSpreadsheet, let first = text.first, "=+-@\t\r".utf8.contains(first) {
      return appendText([UInt8(ascii: "'")] + text)
    }
    appendText(text)
  }

  private mutating func appendText(_ text: some Collection<UInt8>) {
    let quote = UInt8(ascii: "\"")
    guard text.contains(where: { $0 == quote || $0 == UInt8(ascii: ",") || $0 < 0x20 }) else {
      return append(contentsOf: text)
    }
    append(quote)
    for byte in text {
      if byte == quote { append(quote) }
      append(byte)
    }
    append(quote)
  }
}
