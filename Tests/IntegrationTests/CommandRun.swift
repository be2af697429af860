import Foundation
import TestSupport

/// One run of the real `submitwatch`.
struct CommandRun {
  var status: Int32
  var output: [UInt8]
  var errors: String

  /// The program, built beside the test bundle.
  static let binary: String = {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appendingPathComponent("submitwatch").path
  }()

  /// What the programs are told if they are built with a sanitizer.
  static let sanitizers = ProcessInfo.processInfo.environment.filter { $0.key == "ASAN_OPTIONS" }

  /// Runs the program with a file as its standard input.
  init(
    _ arguments: [String],
    input: String = "/dev/null",
    environment: [String: String] = [:]
  ) throws {
    try self.init(Self.binary, arguments, input: input, environment: environment)
  }

  /// Runs another program.
  init(program: String, _ arguments: [String]) throws {
    try self.init(program, arguments, input: "/dev/null", environment: [:])
  }

  /// Runs a script of bash, in which `$submitwatch` is the program.
  init(
    script: String,
    in folder: TemporaryFolder,
    environment: [String: String] = [:]
  ) throws {
    let environment = environment.merging(["submitwatch": Self.binary]) { own, _ in own }
    let script = "set -o pipefail; cd '\(folder.path)'; \(script)"
    try self.init("/bin/bash", ["-c", script], input: "/dev/null", environment: environment)
  }

  private init(
    _ program: String,
    _ arguments: [String],
    input: String,
    environment: [String: String]
  ) throws {
    let folder = try TemporaryFolder()
    let files = [try folder.write([], to: "output"), try folder.write([], to: "errors")]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var basics = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "TZ": "UTC", "LC_ALL": "C.UTF-8"]
    basics.merge(Self.sanitizers) { own, _ in own }
    process.environment = basics.merging(environment) { _, own in own }
    process.standardInput = FileHandle(forReadingAtPath: input)
    process.standardOutput = FileHandle(forWritingAtPath: files[0])
    process.standardError = FileHandle(forWritingAtPath: files[1])
    try process.run()
    process.waitUntilExit()
    // A signal's number is no exit status.
    let isExit = process.terminationReason == .exit
    status = isExit ? process.terminationStatus : -process.terminationStatus
    output = Array(FileManager.default.contents(atPath: files[0]) ?? Data())
    let errors = FileManager.default.contents(atPath: files[1]) ?? Data()
    self.errors = String(decoding: errors, as: UTF8.self)
  }

  var text: String { String(decoding: output, as: UTF8.self) }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Whether every line, or with `lines: false` the whole output, is well-formed JSON.
  func isJSON(lines perLine: Bool) -> Bool {
    let texts = perLine ? text.split(separator: "\n").map(String.init) : [text]
    return texts.allSatisfy {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) is [String: Any]
    }
  }

  /// The rows of a report in JSON.
  func jsonRows() throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any]
    return object?["rows"] as? [[String: Any]] ?? []
  }

  /// Whether the output is UTF-8 and has no control character but newlines.
  var isPlainText: Bool {
    Array(text.utf8) == output
      && text.unicodeScalars.allSatisfy {
        $0 == "\n" || $0.properties.generalCategory != .control
      }
  }

  /// Whether besides nothing is invisible or changes the order of a line.
  var isSafeForTerminals: Bool {
    isPlainText
      && text.unicodeScalars.allSatisfy {
        let category = $0.properties.generalCategory
        return ![.format, .lineSeparator, .paragraphSeparator].contains(category)
      }
  }
}
