import Foundation

/// A folder with journal files, written by systemd-journal-remote(8).
package final class JournalFolder {
  private let folder: TemporaryFolder
  package var path: String { folder.path("journal") }

  package init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// The start of all times here.
  private static let time = 1_795_294_334_000_000

  /// The _MACHINE_ID of a host that has one.
  package static func machine(_ host: Int) -> String {
    String(repeating: String(host, radix: 16), count: 32)
  }

  /// An entry with these fields, so many seconds behind the start; `host`: of another machine than
  /// the one that names none.
  package static func entry(
    _ second: Int,
    host: Int? = nil,
    _ fields: [(String, String)]
  ) -> [UInt8] {
    let boot = host.map { machine($0).dropLast() + "0" }
    var entry = Array(
      """
      __REALTIME_TIMESTAMP=\(time + second * 1_000_000)
      __MONOTONIC_TIMESTAMP=\((second + 1) * 1_000_000)
      _BOOT_ID=\(boot ?? "0123456789abcdef0123456789abcdef")
      _HOSTNAME=mx\(host ?? 1)

      """.utf8
    )
    if let host { entry += "_MACHINE_ID=\(machine(host))\n".utf8 }
    for (name, value) in fields {
      entry += name.utf8
      entry.append(UInt8(ascii: "\n"))
      entry += (0..<8).map { UInt8(truncatingIfNeeded: value.utf8.count >> ($0 * 8)) }
      entry += value.utf8
      entry.append(UInt8(ascii: "\n"))
    }
    return entry + [UInt8(ascii: "\n")]
  }

  /// A line of a mail server.
  package static func line(_ second: Int, host: Int? = nil, _ message: String) -> [UInt8] {
    entry(
      second,
      host: host,
      [
        ("SYSLOG_FACILITY", "2"), ("SYSLOG_IDENTIFIER", "postfix/smtpd"), ("SYSLOG_PID", "7"),
        ("MESSAGE", message),
      ]
    )
  }

  /// Appends entries to a journal file, which is made if it is missing.
  package func append(_ entries: [[UInt8]], to name: String = "mail.journal") throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/lib/systemd/systemd-journal-remote")
    process.arguments = ["-o", path + "/" + name, "-"]
    process.standardInput = FileHandle(
      forReadingAtPath: try folder.write(entries.flatMap { $0 }, to: "entries")
    )
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Gives a journal file another name, as rotation does.
  package func rename(_ name: String, to new: String) throws {
    try FileManager.default.moveItem(atPath: path + "/" + name, toPath: path + "/" + new)
  }

  /// Removes a journal file, as vacuuming does.
  package func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }
}
