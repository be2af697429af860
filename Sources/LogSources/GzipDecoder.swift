import CCompression

/// Decodes gzip by zlib.
@safe final class GzipDecoder: Decoder {
  /// zlib keeps the address: allocated by `init`, freed by `deinit`, used in no other place.
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // zlib.h: 15 bits of window, 16 more for gzip's header and trailer.
    unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep {
    // zlib does not write to its input. It sees both buffers during the call only.
    let bytes = unsafe input.assumingMemoryBound(to: UInt8.self).baseAddress
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_out = UInt32(output.count)
    let outcome: DecodingStep.Outcome =
      switch unsafe inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: .more
      case Z_STREAM_END: .ended
      // The second one: `init` had no memory.
      case Z_MEM_ERROR, Z_STREAM_ERROR: .tooLarge
      default: .damaged
      }
    return unsafe DecodingStep(
      taken: input.count - Int(stream.pointee.avail_in),
      made: output.count - Int(stream.pointee.avail_out),
      outcome: outcome
    )
  }
}
