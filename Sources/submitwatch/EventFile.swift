import Foundation
import Glibc
import MailLog

/// The file that keeps the number of the last event that is done.
struct EventFile {
  let path: String

  /// - Throws: if it is there and cannot be read, or holds something else.
  init(_ path: String) throws {
    self.path = path
    _ = try number()
  }

  /// nil: nothing is done yet.
  func number() throws -> UInt64? {
    if isBarred { throw barred }
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.noPermission, "cannot read \(shown): let this user read it")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    guard let number = UInt64(text) else {
      throw Failure(.badData, "\(shown) holds no number of an event; remove it to begin anew")
    }
    return number
  }

  /// Notes that an event is done: whole, or as it was before.
  func keep(_ number: UInt64) throws {
    do {
      try Data("\(number)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw writeFailure(error)
    }
  }

  /// Whether a folder on the way to it may not be entered: then nobody knows what is there.
  private var isBarred: Bool { unsafe access(path, F_OK) != 0 && errno == EACCES }

  private var barred: Failure {
    Failure(
      .noPermission,
      "cannot reach \(shown): permission denied; let this user enter the folders on the way (chmod +x)"
    )
  }

  private func writeFailure(_ error: any Error) -> Failure {
    if isBarred { return barred }
    let (status, reason): (Failure.Status, String) =
      switch (error as? CocoaError)?.code {
      case .fileNoSuchFile: (.failed, "its folder does not exist; make it, or name another file")
      case .fileWriteNoPermission:
        (.noPermission, "permission denied; let this user write there, or name another file")
      case .fileWriteOutOfSpace: (.failed, "the disk is full; make room there")
      default: (.failed, "\(error.localizedDescription); see that this user can write there")
      }
    return Failure(status, "cannot write \(shown): \(reason)")
  }

  private var shown: String { "'\(escapedText(path.utf8))'" }
}
