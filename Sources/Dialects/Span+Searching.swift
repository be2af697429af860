import CBytes
import Glibc

extension Span<UInt8> {
  /// Where the line from `start` on ends: at its newline, or at the end.
  @inline(__always) func endOfLine(from start: Int) -> Int {
    index(of: UInt8(ascii: "\n"), from: start, to: count)
  }

  /// Where `byte` stands first in `start..<end`, which is inside the span; `end` if nowhere.
  @inline(__always) func index(of byte: UInt8, from start: Int, to end: Int) -> Int {
    unsafe withUnsafeBytes { buffer in
      guard start < end, let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, CInt(byte), end &- start)
      else { return end }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// A bit for each of the 16 bytes from `index` on that is `byte`, the first one lowest.
  ///
  /// The caller has seen to it that they are inside the span.
  @inline(__always) private func places(of byte: UInt8, from index: Int) -> UInt32 {
    assert(index >= 0 && index + 16 <= count)
    return unsafe withUnsafeBytes { buffer in
      // Not nil: the span has 16 bytes.
      let base = unsafe buffer.baseAddress.unsafelyUnwrapped + index
      return unsafe cbytes_equal_16(base.assumingMemoryBound(to: UInt8.self), byte)
    }
  }

  /// As `places(of:from:)`, of 32 bytes.
  @inline(__always) func places32(of byte: UInt8, from index: Int) -> UInt32 {
    places(of: byte, from: index) | places(of: byte, from: index &+ 16) &<< 16
  }

  // MARK: Newlines

  /// Whether the processor has what `newlines` wants for `isWide`.
  static let searchesWide = cbytes_is_wide()

  /// So many are enough for one search.
  static var enoughNewlines: Int { Int(CBYTES_ENOUGH) }

  /// Finds the next newlines, 64 bytes at a time, up to the step that has enough.
  ///
  /// - Parameters:
  ///   - searched: where the search begins and, afterwards, where it ended: with enough found, or
  ///     less than a step in front of the end.
  ///   - isWide: by instructions that only `searchesWide` allows.
  ///   - places: takes where they stand; one step finds up to 64, so that there is room for as many
  ///     more than enough.
  /// - Returns: how many there are.
  @inline(__always)
  func newlines(
    from searched: inout Int,
    isWide: Bool,
    into places: inout MutableSpan<UInt32>
  ) -> Int {
    precondition(searched >= 0 && places.count >= Self.enoughNewlines + 64)
    return unsafe withUnsafeBufferPointer { bytes in
      unsafe places.withUnsafeMutableBufferPointer { places in
        // Not nil: there is room.
        let (start, room) = unsafe (bytes.baseAddress, places.baseAddress.unsafelyUnwrapped)
        return isWide
          ? unsafe cbytes_newlines_avx2(start, bytes.count, &searched, room)
          : unsafe cbytes_newlines_any(start, bytes.count, &searched, room)
      }
    }
  }
}
