import Foundation
import LogSources
import TestSupport

/// A text like a log: repetitive, yet different in each line.
func logText(lines: Int) -> [UInt8] {
  var text = ""
  var number: UInt32 = 1
  for line in 0..<lines {
    number = number &* 1_664_525 &+ 1_013_904_223
    text += "Nov 21 10:00:01 mx postfix/smtpd[\(line)]: \(String(number, radix: 16)): client=x\n"
  }
  return Array(text.utf8)
}

/// What the compression's own program makes of `bytes`.
func compressed(_ bytes: [UInt8], by compression: Compression) throws -> [UInt8] {
  // xz's largest window, bzip2's smallest blocks.
  let arguments = [.xz: ["-9", "-c"], .bzip2: ["-1", "-c"]][compression, default: ["-c"]]
  return try output(of: compression.rawValue, arguments, given: bytes).bytes
}

/// What a program writes to its standard output when it reads `bytes`.
func output(
  of program: String,
  _ arguments: [String],
  given bytes: [UInt8]
) throws -> (bytes: [UInt8], status: Int32) {
  let folder = try TemporaryFolder()
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.standardInput = FileHandle(forReadingAtPath: try folder.write(bytes, to: "input"))
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let result = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (Array(result), process.terminationStatus)
}

/// How many bytes the compression's own program makes of the first 1, 2, … bytes of `archive`.
func countsOfCutArchives(_ archive: [UInt8], by compression: Compression) throws -> [Int] {
  let folder = try TemporaryFolder()
  let path = try folder.write(archive, to: "archive")
  let script = """
    for count in $(seq \(archive.count - 1)); do
      head -c $count \(path) | \(compression) -dc 2>/dev/null | wc -c
    done
    """
  let bytes = try output(of: "sh", ["-c", script], given: []).bytes
  return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
}
