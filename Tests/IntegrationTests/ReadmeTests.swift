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
  private static func daemon() throws -> RunningDaemon {
    let log = "Tests/DialectsTests/Fixtures/postfix/3.7.11-dovecot-sasl/mail.log.xz"
    return try RunningDaemon(
      log: Fixtures.content(ofFile: ArchitectureTests.root.appending(path: log).path)
    )
  }
}
