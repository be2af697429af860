/// What one call of a decoder did.
struct DecodingStep {
  enum Outcome {
    case more
    /// The member ends with what was taken.
    case ended
    case damaged
    /// There is not enough memory, or not that much is allowed.
    case tooLarge
  }

  var taken: Int
  var made: Int
  var outcome: Outcome
}

/// A decompressor for one member of a compressed file: a gzip member, a bzip2 or xz stream, or a
/// zstd frame, also a skippable one.
protocol Decoder: AnyObject {
  /// Makes a decoder; without the memory for it, the first call of `decode` gives `.tooLarge`.
  init()

  /// Takes from the front of `input`, fills the front of `output`, which is not empty.
  ///
  /// Does nothing only if `input` is empty, and nothing is left to make of what was taken. All
  /// that can be decoded is made before an error is given.
  func decode(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> DecodingStep
}

extension Compression {
  fileprivate func makeDecoder() -> any Decoder {
    switch self {
    case .gzip: GzipDecoder()
    case .bzip2: Bzip2Decoder()
    case .xz: XzDecoder()
    case .zstd: ZstdDecoder()
    }
  }
}

/// A file of compressed members that follow one another.
///
/// All that can be decoded is delivered before an error is thrown.
final class DecodedBytes: ByteSource {
  private let compression: Compression
  private let input: InputBuffer
  /// Nil between two members.
  private var decoder: (any Decoder)?
  /// What `read` gives when all is delivered.
  private var end: Result<Int, LogSourceError>?

  init(_ compression: Compression, input: InputBuffer) {
    self.compression = compression
    self.input = input
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogSourceError) -> Int {
    // zlib and libbz2 count in 32 bits.
    let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(1 << 30))
    var made = 0
    while made < buffer.count, end == nil {
      let step = unsafe step(into: UnsafeMutableRawBufferPointer(rebasing: buffer[made...]))
      made += step.made
      switch step.outcome {
      case .more:
        guard step.taken == 0, step.made == 0 else { continue }
        if input.isAtEnd {
          end = decoder == nil ? .success(0) : failure(.truncated(compression))
        } else if made > 0 {
          // A pipe may let us wait, or the read fail: first deliver what is there.
          return made
        } else {
          try input.fill()
        }
      case .ended: decoder = nil
      case .damaged: end = failure(.damaged(compression))
      case .tooLarge: end = failure(.tooLarge(compression))
      }
    }
    guard made == 0, let end else { return made }
    return try end.get()
  }

  private func step(into output: UnsafeMutableRawBufferPointer) -> DecodingStep {
    if decoder == nil {
      // Like gzip(1): zeros may follow a member, as on tapes; then comes the next member, if any.
      input.take(unsafe input.unread.prefix { $0 == 0 }.count)
      if !input.isEmpty { decoder = compression.makeDecoder() }
    }
    guard let step = unsafe decoder?.decode(input.unread, into: output) else {
      return DecodingStep(taken: 0, made: 0, outcome: .more)
    }
    input.take(step.taken)
    return step
  }

  private func failure(_ code: LogSourceError.Code) -> Result<Int, LogSourceError> {
    .failure(LogSourceError(code, path: input.file.path))
  }
}
