import Glibc
import HTTPAPI
import Ingest
import LogSources
import Platform

/// A log on its way in.
final class ImportSpool: Sendable {
  /// How many can wait at once: each keeps a descriptor, and the daemon needs some for the rest.
  static let limit: Int = {
    var descriptors = rlimit()
    let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors) == 0
    return isKnown ? Int(clamping: descriptors.rlim_cur / 2) : 256
  }()

  private let file: UnnamedFile
  private let folder: String
  private let name: String
  private let modified: Int?

  /// What the import reads, as long as this object lives.
  var log: LogImport.File { LogImport.File(path: file.path, name: name) }

  /// An empty log.
  ///
  /// - Parameters:
  ///   - folder: where there must be room for it.
  ///   - name: as messages call it.
  ///   - modified: when it was written last, in seconds since 1970.
  /// - Throws: if there is no file to be had there.
  init(in folder: String, name: String, modified: Int?) throws(ImportRefusal) {
    self.folder = folder
    self.name = name
    self.modified = modified
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

  /// All is written: makes the file as old as the log, so that no line of it is later.
  func finish() throws(ImportRefusal) {
    guard let modified else { return }
    let time = timespec(tv_sec: modified, tv_nsec: 0)
    guard unsafe futimens(file.descriptor, [time, time]) == 0 else {
      throw Self.refusal(folder, SystemCallFailure(number: errno))
    }
  }

  private static func refusal(_ folder: String, _ failure: SystemCallFailure) -> ImportRefusal {
    ImportRefusal(.unavailable, "cannot keep the logs in '\(folder)': \(failure)")
  }
}
