import CCompression

/// Decodes xz by liblzma.
@safe final class XzDecoder: Decoder {
  /// `xz -9` needs 65 MiB; zstd's own limit is 128 MiB as well.
  private static let memoryLimit: UInt64 = 128 << 20

  /// Allocated by `init`, freed by `deinit`, used in no other place.
  private let stream: UnsafeMutablePointer<lzma_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    // lzma/base.h: LZMA_STREAM_INIT is all zeros.
    unsafe stream.initialize(to: lzma_stream())
    _ = unsafe lzma_stream_decoder(stream, Self.memoryLimit, 0)
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep {
    // liblzma sees both buffers during the call only.
    unsafe stream.pointee.next_in = input.assumingMemoryBound(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_in = input.count
    unsafe stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self).baseAddress
    unsafe stream.pointee.avail_out = output.count
    let outcome: DecodingStep.Outcome =
      switch unsafe lzma_code(stream, LZMA_RUN) {
      case LZMA_OK, LZMA_BUF_ERROR: .more
      case LZMA_STREAM_END: .ended
      // The last one: `init` had no memory.
      case LZMA_MEM_ERROR, LZMA_MEMLIMIT_ERROR, LZMA_PROG_ERROR: .tooLarge
      default: .damaged
      }
    return unsafe DecodingStep(
      taken: input.count - stream.pointee.avail_in,
      made: output.count - stream.pointee.avail_out,
      outcome: outcome
    )
  }
}
