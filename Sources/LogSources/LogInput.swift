package import MailLog
package import Platform

/// One log, read from front to back: a file, a pipe or standard input, compressed or not.
///
/// A file is open only from the first `read` to the last, so that any number of logs can be at
/// hand. A pipe, which cannot be opened twice, is open from the start. Not to be used by two
/// threads at once.
package final class LogInput {
  /// As the user gave it; "standard input" for "-".
  package let name: String
  /// When the file was changed last; nil for what is not a file.
  package let modified: Timestamp?
  /// Bytes on disk, the compressed ones of an archive; nil for what is not a file.
  package let size: Int64?

  private enum State {
    /// A file, closed: reading begins with its first byte.
    case closed
    /// Open; nothing was read yet.
    case open(OpenFile)
    case reading(OpenFile, any ByteSource)
    case ended
    case failed(LogSourceError)
  }

  /// The same for all paths that lead to one file.
  package let identity: FileIdentity

  private let path: String
  private let calls: any SystemCalls
  /// Whether `read` gives a compressed log decompressed.
  private let decodes: Bool
  private var state: State
  /// Read by `peek` or given back; `read` delivers it first, unless the log is `closed`.
  private var ahead: [UInt8] = []
  private var consumedAtEnd: Int64 = 0

  private init(file: OpenFile, calls: any SystemCalls, decodes: Bool = true) {
    let isFile = file.status.kind == .regular
    path = file.path
    name = path == "-" ? "standard input" : path
    modified = isFile ? file.status.modified : nil
    size = isFile ? file.status.size : nil
    identity = file.status.identity
    self.calls = calls
    self.decodes = decodes
    state = isFile && path != "-" ? .closed : .open(file)
  }

  /// Opens the log at `path`, "-" for standard input; throws what can be known without reading.
  package static func open(path: String) throws(LogSourceError) -> LogInput {
    try open(path: path, calls: KernelCalls())
  }

  /// As `open(path:)`; a compressed log is read as it is on disk.
  package static func open(asOnDisk path: String) throws(LogSourceError) -> LogInput {
    let calls = KernelCalls()
    return LogInput(file: try OpenFile(path: path, calls: calls), calls: calls, decodes: false)
  }

  /// As `open(path:)`, by `calls` instead of the system's own.
  package static func open(
    path: String,
    calls: any SystemCalls
  ) throws(LogSourceError) -> LogInput {
    LogInput(file: try OpenFile(path: path, calls: calls), calls: calls)
  }

  /// How many bytes of `size` were read so far; more than `size` if the file grew meanwhile.
  package var consumed: Int64 {
    switch state {
    case .closed: 0
    case .open(let file), .reading(let file, _): file.consumed
    case .ended, .failed: consumedAtEnd
    }
  }

  /// Fills the front of `buffer`, which is not empty; returns how many bytes, 0 at the end.
  ///
  /// All that can be read is returned before an error is thrown; the error is thrown for good.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogSourceError) -> Int {
    unsafe precondition(!buffer.isEmpty, "no room to read into")
    if case .closed = state { ahead = [] }
    guard !ahead.isEmpty else { return try unsafe readSource(into: buffer) }
    let count = min(ahead.count, buffer.count)
    unsafe buffer.copyBytes(from: ahead.prefix(count))
    ahead.removeFirst(count)
    return count
  }

  /// Whether there is something to read, or the end; of a pipe only if it comes within so many
  /// milliseconds.
  package func isReady(within milliseconds: Int32) -> Bool {
    guard size == nil, ahead.isEmpty else { return true }
    switch state {
    case .open(let file), .reading(let file, _): return file.isReady(within: milliseconds)
    case .closed, .ended, .failed: return true
    }
  }

  /// Up to `count` bytes, which `read` will deliver next; fewer only before the end or an error.
  ///
  /// A file is opened, read and closed for it; the bytes are kept.
  package func peek(_ count: Int) throws(LogSourceError) -> [UInt8] {
    guard ahead.count < count else { return Array(ahead.prefix(count)) }
    if case .closed = state {
      let file = try reopen()
      let other = LogInput(file: file, calls: calls, decodes: decodes)
      other.state = .open(file)
      ahead = try other.peek(count)
      return ahead
    }
    var chunk = [UInt8](repeating: 0, count: count)
    do throws(LogSourceError) {
      while ahead.count < count {
        let wanted = count - ahead.count
        let made = try unsafe chunk.withUnsafeMutableBufferPointer {
          buffer throws(LogSourceError) in
          let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<wanted])
          return try unsafe readSource(into: UnsafeMutableRawBufferPointer(room))
        }
        guard made > 0 else { break }
        ahead += chunk.prefix(made)
      }
    } catch {
      // `read` throws it again, behind these bytes.
      if ahead.isEmpty { throw error }
    }
    return ahead
  }

  /// Takes back what `read` gave last: it will give these bytes again.
  func giveBack(_ bytes: [UInt8]) {
    ahead = bytes + ahead
  }

  private func readSource(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(LogSourceError) -> Int {
    do throws(LogSourceError) {
      guard let source = try openSource() else { return 0 }
      let count = try unsafe source.read(into: buffer)
      if count == 0 { close(.ended) }
      return count
    } catch {
      close(.failed(error))
      throw error
    }
  }

  /// The source to read from; nil at the end.
  private func openSource() throws(LogSourceError) -> (any ByteSource)? {
    let file: OpenFile
    switch state {
    case .ended: return nil
    case .failed(let error): throw error
    case .reading(_, let source): return source
    case .open(let stream): file = stream
    case .closed: file = try reopen()
    }
    let source = decodes ? try file.makeByteSource() : file
    state = .reading(file, source)
    return source
  }

  private func reopen() throws(LogSourceError) -> OpenFile {
    let file = try OpenFile(path: path, calls: calls)
    guard file.status.identity == identity else { throw LogSourceError(.replaced, path: path) }
    return file
  }

  /// Lets the descriptor go.
  private func close(_ end: State) {
    consumedAtEnd = consumed
    state = end
  }
}
