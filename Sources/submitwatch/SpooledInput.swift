import LogSources
import Platform

/// Standard input or a pipe in a temporary file, so that it can be read twice.
final class SpooledInput {
  private let file: UnnamedFile
  private let folder = UnnamedFile.temporaryFolder
  /// Why `input` could not be read to its end; what came before is kept.
  private(set) var damage: LogSourceError?
  private var size: Int64 = 0
  /// How many bytes of `size` are whole lines.
  private var wholeLines: Int64 = 0

  /// What opens the file again, as long as this object lives.
  var path: String { file.path }

  /// Reads `input` to its end, or as far as that goes.
  init(_ input: LogInput) throws {
    do {
      file = try UnnamedFile(in: folder)
    } catch {
      throw Failure(.failed, "cannot make a temporary file in '\(folder)': \(error); set TMPDIR")
    }
    do {
      damage = try keep(input)
      // Half a line could be taken for another one.
      if damage != nil { try file.truncate(to: wholeLines) }
    } catch let error as SystemCallFailure {
      throw Failure(.failed, "cannot keep \(input.name) in '\(folder)': \(error); set TMPDIR")
    }
  }

  /// Returns what broke the reading off.
  private func keep(_ input: LogInput) throws -> LogSourceError? {
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count: Int
      do {
        count = try unsafe buffer.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      } catch let error as LogSourceError where error.isDamage {
        return error
      }
      guard count > 0 else { return nil }
      let bytes = buffer[..<count]
      try file.write(bytes)
      if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        wholeLines = size + Int64(newline) + 1
      }
      size += Int64(count)
    }
  }
}
