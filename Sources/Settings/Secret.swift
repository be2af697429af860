import Foundation

/// A password or token in a file, read whenever it is needed, so that a new one needs no restart.
package struct Secret: Equatable, Sendable {
  /// An absolute path, or the name of one of the service's credentials, systemd.exec(5),
  /// LoadCredential=.
  package var place: String

  static let expected =
    "the absolute path of a file, or the name of a credential (LoadCredential= of the service)"

  package init(_ place: String) {
    self.place = place
  }

  /// Whether it is known that there is no such file.
  var isMissing: Bool { place.hasPrefix("/") && Check.isMissing(place) }

  /// For `Section.text`.
  static func check(_ text: String) -> Secret? {
    let isName = !text.contains("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    return isName || Check.path(text) != nil ? Secret(text) : nil
  }
}

extension Check {
  /// Whether it is known that there is no such file.
  static func isMissing(_ path: String) -> Bool {
    unsafe access(path, F_OK) != 0 && errno == ENOENT
  }
}
