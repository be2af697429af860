import Foundation
import TestSupport
import Testing

/// The README's examples are what the program prints.
struct ReadmeTests {
  /// A command of the README, and the output that it shows.
  struct Example: CustomTestStringConvertible {
    var command: String
    var output: String
    var testDescription: String { command }
    /// Whether the command asks the daemon: it names no log.
    var needsDaemon: Bool { !command.contains(" Tests/") }
  }

  static let examples: [Example] = {
    let readme = ArchitectureTests.root.appending(path: "README.md")
    guard let text = try? String(contentsOf: readme, encoding: .utf8) else { return [] }
    return text.components(separatedBy: "```console\n").dropFirst().compactMap { part in
      guard let block = part.components(separatedBy: "\n```").first, block.hasPrefix("$ ") else {
        return nil
      }
      let lines = block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return Example(command: String(lines[0].dropFirst(2)), output: String(lines.last ?? ""))
    }
  }()

  @Test func `the README has examples`() {
    #expect(Self.examples.count >= 7)
    #expect(Self.examples.count { $0.needsDaemon } >= 3)
  }

  @Test(arguments: examples)
  func `an example prints what the README shows`(example: Example) throws {
    let example = example.needsDaemon ? Self.moved(example) : example
    let words = example.command.split(separator: " ").map(String.init)
    #expect(words.first == "submitwatch")
    let arguments = words.dropFirst().map { word in
      word.hasPrefix("Tests/") ? ArchitectureTests.root.appending(path: word).path : word
    }
    let run =
      example.needsDaemon ? try Self.daemon().ask(arguments) : try CommandRun(arguments)
    #expect(run.status == 0)
    #expect(run.errors + run.text == example.output + "\n")
  }

  /// The daemon on the log that the other examples read.
  private static func daemon() throws -> AskedDaemon {
    let log = "Tests/DialectsTests/Fixtures/postfix/3.7.11-dovecot-sasl/mail.log.xz"
    let bytes = try Fixtures.content(ofFile: ArchitectureTests.root.appending(path: log).path)
    return try AskedDaemon(log: Array(moved(String(decoding: bytes, as: UTF8.self)).utf8))
  }

  private static let yesterday = Date(timeIntervalSinceNow: -86_400)

  /// The day of the log moved to yesterday: the daemon keeps no days of long ago.
  private static func moved(_ text: String) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    func date(_ pattern: String) -> String {
      format.dateFormat = pattern
      return format.string(from: yesterday)
    }
    let day = date("d")
    let label = date("EEE ") + (day.count < 2 ? " " : "") + date("d MMM")
    return text.replacing("2026-11-21", with: date("yyyy-MM-dd"))
      .replacing("Sat 21 Nov", with: label).replacing("21 Nov 2026", with: date("d MMM yyyy"))
  }

  private static func moved(_ example: Example) -> Example {
    Example(command: moved(example.command), output: moved(example.output))
  }
}
