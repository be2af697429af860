import CCompression

/// Decodes zstd by libzstd.
@safe final class ZstdDecoder: Decoder {
  /// `zstd -19` and `--ultra -22` need at most 2^27 bytes, 128 MiB.
  private static let windowLogLimit: Int32 = 27

  /// Made by `init`, freed by `deinit`, used in no other place; nil if there is no memory.
  private let context: OpaquePointer?

  init() {
    unsafe context = ZSTD_createDCtx()
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogLimit)
  }

  deinit {
    unsafe ZSTD_freeDCtx(context)
  }

  func decode(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep {
    guard unsafe context != nil else { return DecodingStep(taken: 0, made: 0, outcome: .tooLarge) }
    // With an error libzstd does not say what it has taken and made in the same call. So a call
    // either makes what is left of a block, or takes no further than to the end of the next one.
    let made = unsafe run(UnsafeRawBufferPointer(rebasing: input.prefix(0)), into: output)
    guard made.made == 0, unsafe !input.isEmpty else { return made }
    return unsafe run(input, into: UnsafeMutableRawBufferPointer(rebasing: output.prefix(0)))
  }

  private func run(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep {
    // libzstd sees both buffers during the call only.
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &target, &source)
    let outcome: DecodingStep.Outcome =
      switch ZSTD_getErrorCode(result) {
      case ZSTD_error_no_error: result == 0 ? .ended : .more
      case ZSTD_error_memory_allocation, ZSTD_error_frameParameter_windowTooLarge: .tooLarge
      default: .damaged
      }
    return unsafe DecodingStep(taken: source.pos, made: target.pos, outcome: outcome)
  }
}
