import Foundation
import Glibc
import TestSupport
import Testing

/// Logs that cannot be read, or not to their end.
struct UnreadableLogTests {
  private let folder: TemporaryFolder
  private let log: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    var log = PostfixLog()
    for number in 0..<200 { log.message("user\(number)@example.org") }
    self.log = log.bytes
  }

  private func analyze(_ path: String, _ options: [String] = []) throws -> CommandRun {
    try CommandRun(["analyze", "--view", "volume", "--format", "csv"] + options + [path])
  }

  private static let commands = [["analyze"], ["analyze", "--format", "json"], ["parse"]]

  @Test(arguments: commands)
  func `a log that is missing is named, with what to do`(command: [String]) throws {
    let run = try CommandRun(command + [folder.path("no.log")])
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(
      run.errors == "submitwatch: cannot open '\(folder.path("no.log"))': no such file;"
        + " check the path, the log may have been rotated\n"
    )
  }

  @Test(arguments: commands)
  func `a log that may not be read is named, with what to do`(command: [String]) throws {
    let path = try folder.write(log, to: "secret.log")
    #expect(unsafe chmod(path, 0) == 0)
    // The superuser may read all files, but not without the capabilities for it.
    let drop = "setpriv --bounding-set -dac_override,-dac_read_search"
    let prefix = geteuid() == 0 ? drop : ""
    let arguments = command.joined(separator: " ")
    let run = try CommandRun(
      script: "\(prefix) $submitwatch \(arguments) secret.log",
      in: folder
    )
    #expect(run.status == 77)
    #expect(run.output == [])
    #expect(run.errors.hasPrefix("submitwatch: cannot open 'secret.log': permission denied; use"))
  }

  @Test(arguments: commands)
  func `a directory is no log`(command: [String]) throws {
    let run = try CommandRun(command + [folder.path])
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(run.errors.contains("it is a directory; name the log files in it"))
  }

  @Test func `an empty log gives an empty report, and says so`() throws {
    for path in [try folder.write([], to: "empty.log"), "/dev/null", "-"] {
      let csv = try analyze(path)
      #expect(csv.status == 0)
      #expect(csv.text == "sender,domain,messages,recipients,bytes\n")
      #expect(csv.errors.contains("no line about submissions in 0 lines (the log is empty)"))
      for view in ["insight", "volume", "tls", "failures", "cutoff", "idle"] {
        let json = try CommandRun(["analyze", "--view", view, "--format", "json", path])
        #expect(json.status == 0)
        #expect(json.isJSON(lines: false), "\(view)")
        let table = try CommandRun(["analyze", "--view", view, path])
        #expect(table.status == 0 && !table.output.isEmpty, "\(view)")
      }
      #expect(try CommandRun(["parse", path]).output == [])
    }
  }

  @Test func `binary garbage is passed over, whatever it begins with`() throws {
    var state: UInt64 = 7
    let garbage = (0..<200_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let starts = ["", "{", "__CURSOR=\n", "2026-11-21T10:00:00Z stdout P ", "<22>1 ", "[\"\n"]
    for (number, start) in starts.enumerated() {
      let path = try folder.write(Array(start.utf8) + garbage, to: "garbage\(number)")
      for command in Self.commands + [["parse", "--explain"]] {
        let run = try CommandRun(command + [path])
        #expect(run.status == 0, "\(start) \(command)")
        #expect(run.errors.contains("no line about submissions in"))
        #expect(run.isPlainText, "\(start) \(command)")
        #expect(command.count == 1 || run.isJSON(lines: command[0] == "parse"))
      }
    }
  }

  @Test func `a log cut in mid-line counts all its whole lines`() throws {
    let whole = try analyze(try folder.write(log, to: "whole.log"))
    #expect(whole.rows?.count == 201)
    // Behind the last qmgr line, and within it.
    let cut = try #require(log.lastRange(of: Array(" (queue active)\n".utf8))).upperBound
    #expect(
      try analyze(try folder.write(Array(log[..<(cut + 30)]), to: "cut")).output == whole.output
    )
    let shorter = try analyze(try folder.write(Array(log[..<(cut - 9)]), to: "cut"))
    #expect(shorter.status == 0)
    #expect(shorter.rows?.count == 200)
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
  func `a compressed log that is cut off gives what there is, and an error`(program: String) throws
  {
    _ = try folder.write(Array(repeatElement(log, count: 20).joined()), to: "whole.log")
    let script = """
      \(program) -c whole.log >whole; head -c $(($(stat -c %s whole) - 5)) whole >cut.log
      $submitwatch analyze --view volume --format csv cut.log
      """
    let run = try CommandRun(script: script, in: folder)
    #expect(run.status == 65)
    // bzip2 and xz give nothing of a block that is not complete.
    #expect(run.rows?.first?.first == "sender")
    if ["gzip", "zstd"].contains(program) { #expect(run.rows?.count == 201) }
    #expect(run.errors.contains("'cut.log' is cut off: its \(program) data ends too early;"))
    #expect(run.errors.hasSuffix("get a complete copy\n"))
    let parse = try CommandRun(script: "$submitwatch parse cut.log", in: folder)
    #expect(parse.status == 65)
    #expect(parse.isJSON(lines: true))
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
  func `an archive that gives nothing at all does not keep the other logs from being reported`(
    program: String
  ) throws {
    _ = try folder.write(log, to: "good.log")
    let cut = "\(program) -c good.log | head -c 12 >cut.log"
    for command in ["analyze --view volume --format csv", "parse"] {
      let good = try CommandRun(script: "$submitwatch \(command) good.log", in: folder)
      #expect(good.status == 0)
      for logs in ["good.log cut.log", "cut.log good.log", "good.log - <cut.log"] {
        let run = try CommandRun(script: "\(cut); $submitwatch \(command) \(logs)", in: folder)
        let isWhole = run.output == good.output
        #expect(run.status == 65 && isWhole, "\(command) \(logs)")
        #expect(run.errors.contains("is cut off: its \(program) data ends too early;"))
      }
    }
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
  func `standard input that is cut off is listed as far as a file with the same bytes`(
    program: String
  ) throws {
    _ = try folder.write(Array(repeatElement(log, count: 4).joined()), to: "whole.log")
    let cut = "\(program) -c whole.log >whole; head -c $(($(stat -c %s whole) / 2)) whole >cut.log"
    // The second one tells of each line, so that a last one that is cut off would show.
    for command in ["parse", "parse --explain"] {
      let file = try CommandRun(script: "\(cut); $submitwatch \(command) cut.log", in: folder)
      #expect(file.status == 65)
      // Of the others nothing comes out of so short a log.
      if program == "gzip" { #expect(file.lines.count > 100) }
      for input in ["- <cut.log", "<(cat cut.log)"] {
        let run = try CommandRun(script: "$submitwatch \(command) \(input)", in: folder)
        let isSame = run.output == file.output
        #expect(run.status == 65 && isSame, "\(command) \(input)")
        #expect(run.errors.contains("is cut off: its \(program) data ends too early;"))
      }
    }
  }

  @Test func `one log that is missing stops the work before any output`() throws {
    let path = try folder.write(log, to: "whole.log")
    let run = try CommandRun(["analyze", path, folder.path("no.log")])
    #expect(run.status == 1)
    #expect(run.output == [])
  }

  @Test func `the years of a pipe that need a second look are an error, not an empty report`()
    throws
  {
    // It begins in January, and goes on over a New Year: the first guess is too late by a year.
    var log = ""
    for month in ["Jan", "May", "Sep", "Jan", "May", "Sep"] {
      log += "\(month)  1 10:00:00 mx1 postfix/smtpd[1]: connect from x[192.0.2.1]\n"
    }
    _ = try folder.write(Array(log.utf8), to: "old.log")
    for pipe in ["- <<<\"$(cat old.log)\"", "<(cat old.log)"] {
      let run = try CommandRun(script: "$submitwatch analyze \(pipe)", in: folder)
      #expect(run.status == 65, "\(pipe)")
      #expect(run.errors.contains("--year YYYY"), "\(pipe)")
    }
    let file = try CommandRun(script: "$submitwatch analyze old.log", in: folder)
    #expect(file.status == 0)
    #expect(file.errors == "")
  }

  @Test func `lines later than now are reported, and told of`() throws {
    let line = "2199-05-01T10:00:00Z mx1 postfix/smtpd[1]: connect from x[192.0.2.1]\n"
    let path = try folder.write(Array(line.utf8), to: "mail.log")
    let run = try CommandRun(["analyze", path])
    #expect(run.status == 0)
    #expect(run.errors.contains("there are lines later than now, up to 2199-05-01T"))
    #expect(run.errors.contains("join them from the oldest on"))
  }
}
