import TestSupport
import Testing

/// What stands behind standard output: terminals, pipes, full disks.
struct TerminalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var log = PostfixLog()
    // More output than a pipe holds.
    for number in 0..<1500 {
      log.message("user-with-quite-a-long-name-\(number)@some-long-domain.example.org", tls: nil)
    }
    try folder.write(log.bytes, to: "sample.log")
  }

  /// Runs the program on a terminal of 60 columns, without its progress bar.
  private func onTerminal(_ arguments: String, _ environment: [String: String]) throws -> CommandRun
  {
    let command = "stty cols 60; $submitwatch \(arguments) sample.log 2>/dev/null"
    return try CommandRun(
      script: "script -qec '\(command)' /dev/null",
      in: folder,
      environment: environment
    )
  }

  @Test(arguments: [
    "parse", "parse --explain", "analyze --view volume --format csv",
    "analyze --view tls --format json", "analyze --view volume --limit 1500",
  ])
  func `a reader that goes away is no error`(command: String) throws {
    let run = try CommandRun(script: "$submitwatch \(command) sample.log | head -c 20", in: folder)
    #expect(run.status == 0)
    #expect(run.output.count == 20)
    #expect(run.errors == "")
    let first = try CommandRun(script: "$submitwatch \(command) sample.log | head -1", in: folder)
    #expect(first.status == 0)
    #expect(first.errors == "")
  }

  @Test(arguments: ["parse", "analyze --view volume --format csv", "analyze"])
  func `output that cannot be written is an error`(command: String) throws {
    let run = try CommandRun(script: "$submitwatch \(command) sample.log >/dev/full", in: folder)
    #expect(run.status == 1)
    #expect(run.errors == "submitwatch: cannot write the output: No space left on device\n")
  }

  @Test(arguments: ["insight", "volume", "tls", "cutoff"])
  func `colours are for terminals only, and not with NO_COLOR`(view: String) throws {
    let command = "analyze --view \(view)"
    let escape = "\u{1b}["
    #expect(try onTerminal(command, ["TERM": "xterm"]).text.contains(escape))
    #expect(try onTerminal(command, ["TERM": "xterm", "NO_COLOR": ""]).text.contains(escape))
    for environment in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"]] {
      let run = try onTerminal(command, environment)
      #expect(run.status == 0)
      #expect(!run.text.contains("\u{1b}"), "\(environment)")
    }
    let piped = try CommandRun(
      script: "$submitwatch \(command) sample.log",
      in: folder,
      environment: ["TERM": "xterm"]
    )
    #expect(piped.isSafeForTerminals)
  }

  @Test(arguments: ["insight", "volume", "tls", "failures", "cutoff", "idle"])
  func `a table fits the terminal`(view: String) throws {
    let run = try onTerminal("analyze --view \(view)", ["TERM": "dumb"])
    let widest = run.text.split(whereSeparator: \.isNewline).map(\.unicodeScalars.count).max() ?? 0
    #expect(widest <= 60)
    #expect(widest > 0)
  }

  @Test func `a table has 25 rows, and says how many more there are`() throws {
    let table = try CommandRun(script: "$submitwatch analyze --view volume sample.log", in: folder)
    #expect(table.text.matches(of: /user-with/).count == 25)
    #expect(table.text.contains("1475"))
    let json = try CommandRun(
      script: "$submitwatch analyze --view volume --format json sample.log",
      in: folder
    )
    #expect(try json.jsonRows().count == 1500)
  }

  @Test func `results are on standard output, all else on standard error`() throws {
    let run = try CommandRun(
      script: "$submitwatch analyze --summary --view volume --format csv sample.log",
      in: folder
    )
    #expect(run.rows?.count == 1501)
    #expect(run.errors.contains("6000 lines read, 6000 used; passed over:"))
  }
}
