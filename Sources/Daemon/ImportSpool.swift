import Glibc
import HTTPAPI
import LogSources
import Platform

/// A log on its way in.
final class ImportSpool: Sendable {
  private let file: UnnamedFile
  private let folder: String

  /// What opens the log, as long as this object lives.
  var path: String { file.path }

  /// An empty log in `folder`, where there must be room for it.
  init(in folder: String) throws(ImportRefusal) {
    self.folder = folder
    do {
      file = try UnnamedFile(in: folder)
    } catch {
      throw Self.refusal(folder, error)
    }
  }

  /// Appends bytes; waits for the disk.
  func write(_ bytes: [UInt8]) throws(ImportRefusal) {
    do {
      try file.write(bytes[...])
    } catch {
      throw Self.refusal(folder, error)
    }
  }

  /// Makes the file as old as the log, in seconds since 1970: no line of it is later.
  func setModified(_ seconds: Int) throws(ImportRefusal) {
    let time = timespec(tv_sec: seconds, tv_nsec: 0)
    guard unsafe futimens(file.descriptor, [time, time]) == 0 else {
      throw Self.refusal(folder, SystemCallFailure(number: errno))
    }
  }

  private static func refusal(_ folder: String, _ failure: SystemCallFailure) -> ImportRefusal {
    ImportRefusal(.unavailable, "cannot keep the log in '\(folder)': \(failure)")
  }
}
