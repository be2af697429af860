import CCompression

/// Compresses whole answers.
enum Gzip {
  /// Below this it does not pay.
  static let least = 1024

  /// `bytes` as gzip, RFC 1952; nil: there is no memory for it.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = unsafe z_stream()
    // zlib.h: 15 bits of window, 16 more for gzip's header and trailer.
    let started = unsafe deflateInit2_(
      &stream,
      level,
      Z_DEFLATED,
      15 + 16,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    guard started == Z_OK else { return nil }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    // zlib counts in 32 bits; an answer of 4 GiB goes as it is.
    guard bytes.count < Int(UInt32.max), bound < Int(UInt32.max) else { return nil }
    var isWhole = false
    let packed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      unsafe bytes.withUnsafeBufferPointer { input in
        // zlib does not write to its input. It sees both buffers during the call only.
        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        isWhole = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      count = unsafe output.count - Int(stream.avail_out)
    }
    return isWhole ? packed : nil
  }

  /// Fast, and a report still shrinks to about a sixth.
  private static let level: Int32 = 4
}
