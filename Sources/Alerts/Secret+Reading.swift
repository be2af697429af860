import Foundation
import MailLog
import Settings

extension Secret {
  /// The token under `token-file` for a web address; nobody may read along on the way there.
  static func token(_ section: Section, for url: String) -> Secret? {
    let token = section.secret("token-file")
    if token != nil, !url.isEmpty, !WebAddress.isSafe(url) {
      section.entry("token-file")?.report(
        "is readable on the way to '\(url)'; use an address with https://"
      )
    }
    return token
  }

  /// What the file holds, without the line's end.
  func read() throws(AlertSinkError) -> String {
    guard let path else {
      throw AlertSinkError(
        "there is no credential '\(place)'; add LoadCredential=\(place):FILE to the service",
        isRecoverable: true
      )
    }
    guard let data = FileManager.default.contents(atPath: path), data.count <= 64 * 1024 else {
      throw AlertSinkError(
        "the secret in '\(path)' cannot be read; let the service's user read it",
        isRecoverable: true
      )
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    // It goes into a header field.
    guard !text.isEmpty, !text.hasControls else {
      throw AlertSinkError("'\(path)' holds no secret: one line is needed", isRecoverable: true)
    }
    return text
  }

  private var path: String? {
    if place.hasPrefix("/") { return place }
    let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    return folder.map { "\($0)/\(place)" }
  }
}
