import Glibc

extension Span<UInt8> {
  /// As `word(at:)`, where the caller has seen to it that eight bytes of the span begin at `index`.
  @inline(__always) func wordInside(_ index: Int) -> UInt64 {
    assert(index >= 0 && index + 8 <= count)
    return unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
  }

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
}
