import MailLog

/// The places of a byte in the rest of a line, one after the other.
///
/// Found 64 bytes at a time: a search that begins where the last one ended waits for it.
struct Separators: ~Escapable {
  private let bytes: Span<UInt8>
  private let byte: UInt8
  private let end: Int
  /// Where the 64 bytes begin that `places` is of, a bit for each place to come.
  private var start: Int
  private var places: UInt64

  @_lifetime(copy line)
  @inline(__always) init(of byte: UInt8, in line: ByteScanner) {
    bytes = line.bytes
    self.byte = byte
    end = line.end
    start = line.position
    places = Self.places(of: byte, in: line.bytes, from: line.position)
  }

  /// The next place that is not in front of `position`; the end of the line if there are no more.
  @_lifetime(self: copy self)
  @inline(__always) mutating func next(from position: Int) -> Int {
    var place = next()
    while place < position { place = next() }
    return place
  }

  @_lifetime(self: copy self)
  @inline(__always) private mutating func next() -> Int {
    while places == 0 {
      start &+= 64
      guard start < end else { return end }
      places = Self.places(of: byte, in: bytes, from: start)
    }
    let place = start &+ places.trailingZeroBitCount
    places &= places &- 1
    return min(place, end)
  }

  @inline(__always)
  private static func places(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> UInt64 {
    guard start &+ 64 <= bytes.count else { return lastPlaces(of: byte, in: bytes, from: start) }
    return UInt64(bytes.places32(of: byte, from: start))
      | UInt64(bytes.places32(of: byte, from: start &+ 32)) &<< 32
  }

  /// As `places(of:in:from:)`, where the block has fewer than 64 bytes left.
  @inline(never)
  private static func lastPlaces(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> UInt64 {
    var places: UInt64 = 0
    for index in start..<max(start, bytes.count) where bytes[index] == byte {
      places |= 1 &<< UInt64(index &- start)
    }
    return places
  }
}
