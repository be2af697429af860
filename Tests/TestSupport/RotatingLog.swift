import Foundation

/// A log in a folder of its own, written and rotated as a mail server and logrotate do it.
///
/// It knows the lines that a reader has to deliver: what is written in `lines`, without newlines.
package final class RotatingLog {
  package let folder: TemporaryFolder
  package let name: String
  /// All lines in the order in which they were written; a part that a rotation ended counts.
  package private(set) var lines: [String] = []
  /// The start of a line, in the file.
  package private(set) var part = ""

  package init(name: String = "mail.log") throws {
    folder = try TemporaryFolder()
    self.name = name
  }

  package var path: String { folder.path(name) }

  /// Appends to the current file, which is made if it is missing.
  package func append(_ text: String) throws {
    try Self.append(text, to: path)
    note(text)
  }

  /// Appends to the newest rotated file, as a server that was not told yet.
  package func appendToRotated(_ text: String) throws {
    try Self.append(text, to: path + ".1")
    note(text)
  }

  package func append(lines count: Int, width: Int = 20) throws {
    let padding = String(repeating: "x", count: width)
    for _ in 0..<count { try append("\(part.isEmpty ? "" : "end")\(nextNumber()) \(padding)\n") }
  }

  private var number = 0

  package func nextNumber() -> Int {
    number += 1
    return number
  }

  private func note(_ text: String) {
    var rest = (part + text)[...]
    while let newline = rest.firstIndex(of: "\n") {
      lines.append(String(rest[..<newline]))
      rest = rest[rest.index(after: newline)...]
    }
    part = String(rest)
  }

  /// What is written from now on is another file's: a part of a line stays as it is.
  private func endPart() {
    if !part.isEmpty { lines.append(part) }
    part = ""
  }

  /// Appends to any file, which is made if it is missing.
  package static func append(_ text: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  // MARK: Rotation

  /// `mail.log` becomes `mail.log.1`, which becomes `.2`, and so on; compressed files likewise.
  package func rename() throws {
    try shift()
    guard exists(name) else { return }
    try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
    endPart()
  }

  package func create() throws {
    if !exists(name) { try folder.write([], to: name) }
  }

  /// Copies the log to `mail.log.1`, and cuts it.
  package func copyAndTruncate() throws {
    try shift()
    guard exists(name) else { return }
    try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
    try truncate()
  }

  /// Cuts the log to `size` bytes, in place.
  package func truncate(to size: UInt64 = 0) throws {
    guard exists(name) else { return }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: size)
    try handle.close()
    endPart()
  }

  package func delete() throws {
    guard exists(name) else { return }
    try FileManager.default.removeItem(atPath: path)
    endPart()
  }

  /// Deletes the rotated file with this number, compressed or not.
  package func deleteRotated(_ number: Int) throws {
    for name in ["\(name).\(number)", "\(name).\(number).gz"] where exists(name) {
      try FileManager.default.removeItem(atPath: folder.path(name))
    }
  }

  /// Compresses the rotated file with this number by `program`, in the place of the original.
  package func compress(_ number: Int, by program: String = "gzip") throws {
    guard exists("\(name).\(number)") else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-q", "\(path).\(number)"]
    if program == "zstd" { process.arguments?.append("--rm") }
    try process.run()
    process.waitUntilExit()
  }

  package func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.path(name))
  }

  private func shift() throws {
    guard exists(name) else { return }
    for number in (1...30).reversed() {
      for end in ["", ".gz", ".bz2", ".xz", ".zst"] where exists("\(name).\(number)\(end)") {
        try FileManager.default.moveItem(
          atPath: "\(path).\(number)\(end)",
          toPath: "\(path).\(number + 1)\(end)"
        )
      }
    }
  }
}
