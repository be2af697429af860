import Foundation
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
      throw Failure(.failed, "cannot write \(shown): \(error.localizedDescription)")
    }
  }

  private var shown: String { "'\(escapedText(path.utf8))'" }
}
