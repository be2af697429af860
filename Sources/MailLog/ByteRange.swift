/// Where a text stands in the block of bytes that holds its line.
public struct ByteRange: BitwiseCopyable, Hashable, Sendable {
  public var start: UInt32
  public var count: UInt32

  /// No text: the line does not have it.
  @inlinable public static var none: ByteRange { ByteRange(start: 0, count: 0) }

  @inlinable public init(start: UInt32, count: UInt32) {
    self.start = start
    self.count = count
  }

  @inlinable public init(_ start: Int, _ end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: end &- start)
  }

  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable public var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}
