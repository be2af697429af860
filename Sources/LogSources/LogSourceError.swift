import Glibc
import MailLog
import Platform

/// Why a log cannot be read, or not to its end.
package struct LogSourceError: Error, Equatable, Sendable {
  package enum Code: Equatable, Sendable {
    case missing
    case permissionDenied
    case directory
    /// A block device, or a socket in the file system.
    case notReadable
    case tooManyOpenFiles
    /// The path leads to another file than when it was opened first.
    case replaced
    /// The compressed data ends too early.
    case truncated(Compression)
    case damaged(Compression)
    /// Decompression needs more memory than is allowed.
    case tooLarge(Compression)
    case openFailed(errorNumber: Int32)
    case readFailed(errorNumber: Int32)
  }

  package let code: Code
  /// As the user gave it; "-" is standard input.
  package let path: String

  package init(_ code: Code, path: String) {
    self.code = code
    self.path = path
  }
}

extension LogSourceError {
  /// The log is there, and what could be read of it, if anything, was delivered before the error.
  package var isDamage: Bool {
    switch code {
    case .truncated, .damaged, .tooLarge, .readFailed: true
    default: false
    }
  }
}

extension LogSourceError {
  /// The error for an `open` that failed with `failure`.
  init(opening path: String, _ failure: SystemCallFailure) {
    let code: Code =
      switch failure.number {
      case ENOENT, ENOTDIR: .missing
      case EACCES, EPERM: .permissionDenied
      // open(2): what a socket in the file system gives.
      case ENXIO, ENODEV: .notReadable
      case EMFILE, ENFILE: .tooManyOpenFiles
      case EISDIR: .directory
      default: .openFailed(errorNumber: failure.number)
      }
    self.init(code, path: path)
  }

  /// The error for a `read` that failed with `failure`.
  init(reading path: String, _ failure: SystemCallFailure) {
    let isDirectory = failure.number == EISDIR
    self.init(isDirectory ? .directory : .readFailed(errorNumber: failure.number), path: path)
  }
}

extension LogSourceError: CustomStringConvertible {
  /// What failed, where, and what to do about it.
  package var description: String {
    guard let kept else { return "\(problem); \(remedy)" }
    return "\(problem); \(kept), \(remedy)"
  }

  /// As `description`, for an import, which counts nothing then.
  package var refusal: String { "\(problem); nothing of the import is counted, \(remedy)" }

  /// What failed, and where.
  package var problem: String {
    let place = path == "-" ? "standard input" : "'\(escapedText(path.utf8))'"
    return switch code {
    case .missing: "cannot open \(place): no such file"
    case .permissionDenied: "cannot open \(place): permission denied"
    case .directory: "cannot read \(place): it is a directory"
    case .notReadable: "cannot read \(place): it is neither a file nor a pipe"
    case .tooManyOpenFiles: "cannot open \(place): too many open files"
    case .replaced: "cannot read \(place): another file took its place meanwhile"
    case .truncated(let compression):
      "\(place) is cut off: its \(compression) data ends too early"
    case .damaged(let compression): "\(place) is damaged: its \(compression) data is wrong"
    case .tooLarge: "\(place) needs over 128 MiB of memory to decompress"
    case .openFailed(let number): "cannot open \(place): \(SystemCallFailure(number: number))"
    case .readFailed(let number): "cannot read \(place): \(SystemCallFailure(number: number))"
    }
  }

  /// What was read all the same.
  private var kept: String? {
    switch code {
    case .truncated: "all that can be decompressed was read"
    case .damaged: "everything before the damaged part was read"
    case .readFailed: "what came before was read"
    default: nil
    }
  }

  private var remedy: String {
    switch code {
    case .missing: "check the path, the log may have been rotated"
    case .permissionDenied:
      "use sudo, or add your user to the group that may read it (mostly 'adm')"
    case .directory: "name the log files in it"
    case .notReadable: "name a log file"
    case .tooManyOpenFiles: "raise the limit with 'ulimit -n'"
    case .replaced: "run the command again"
    case .truncated: "get a complete copy"
    case .damaged(let compression): "test the file with '\(compression) -t'"
    case .tooLarge(let compression):
      "decompress it with '\(compression == .zstd ? "zstd --long=31" : compression.rawValue) -d'"
        + " and read the result"
    case .openFailed: "check the path and the file system"
    case .readFailed: "check the disk or the pipe"
    }
  }
}
