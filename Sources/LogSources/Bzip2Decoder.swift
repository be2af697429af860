import CCompression

/// Decodes bzip2 by libbz2, which needs less than 4 MiB.
@safe final class Bzip2Decoder: Decoder {
  /// libbz2 keeps the address: allocated by `init`, freed by `deinit`, used in no other place.
  private let stream: UnsafeMutablePointer<bz_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: bz_stream())
    unsafe BZ2_bzDecompressInit(stream, 0, 0)
  }

  deinit {
    unsafe BZ2_bzDecompressEnd(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep {
    // libbz2 does not write to its input. It sees both buffers during the call only.
    let bytes = unsafe input.assumingMemoryBound(to: CChar.self).baseAddress
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
    unsafe stream.pointee.avail_in = UInt32(input.count)
    unsafe stream.pointee.next_out = output.assumingMemoryBound(to: CChar.self).baseAddress
    unsafe stream.pointee.avail_out = UInt32(output.count)
    let outcome: DecodingStep.Outcome =
      switch unsafe BZ2_bzDecompress(stream) {
      case BZ_OK: .more
      case BZ_STREAM_END: .ended
      // The second one: `init` had no memory.
      case BZ_MEM_ERROR, BZ_PARAM_ERROR: .tooLarge
      default: .damaged
      }
    return unsafe DecodingStep(
      taken: input.count - Int(stream.pointee.avail_in),
      made: output.count - Int(stream.pointee.avail_out),
      outcome: outcome
    )
  }
}
