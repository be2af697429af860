import Foundation
import LogSources

/// The logs of mail servers, and what is known of them, in `Tests/DialectsTests/Fixtures`.
package enum Fixtures {
  package static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("DialectsTests/Fixtures")
    .path

  /// The path of a fixture, `postfix/3.7.11-dovecot-sasl/mail.log.xz`.
  package static func path(_ name: String) -> String {
    folder + "/" + name
  }

  /// The names of what is in a folder, sorted.
  package static func names(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }

  /// The content of a fixture, decompressed.
  package static func bytes(_ name: String) throws -> [UInt8] {
    try content(ofFile: path(name))
  }

  /// The content of any file, decompressed.
  package static func content(ofFile path: String) throws -> [UInt8] {
    let input = try LogInput.open(path: path)
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes { buffer in
        try unsafe input.read(into: buffer)
      }
      guard count > 0 else { return content }
      content += buffer[..<count]
    }
  }

  /// The lines of a fixture, without their newlines.
  package static func lines(_ name: String) throws -> [ArraySlice<UInt8>] {
    try bytes(name).split(separator: UInt8(ascii: "\n"))
  }
}
