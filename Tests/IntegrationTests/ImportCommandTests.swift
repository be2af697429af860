import Foundation
import TestSupport
import Testing

/// `submitwatch import`: what reaches the daemon, and what its answer becomes.
struct ImportCommandTests {
  private let folder: TemporaryFolder
  private let log: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    var log = PostfixLog()
    for number in 0..<5000 { log.message("user\(number)@example.org") }
    self.log = log.bytes
  }

  private let done = FakeDaemon.Answer.answer(
    "200 OK",
    type: "application/json",
    body: #"{"lines":20000,"submissions":4990,"alreadyCounted":10,"tooOld":0}"#
  )

  private func run(_ arguments: [String], _ daemon: FakeDaemon) throws -> CommandRun {
    try CommandRun(["import", "--socket", daemon.socket] + arguments)
  }

  @Test func `files are sent decompressed, with what the lines do not tell`() throws {
    let plain = try folder.write(log, to: "a log.1")
    let script = "touch -d @1800000000 'a log.1'; gzip -c 'a log.1' >'a log.1.gz'"
    #expect(try CommandRun(script: script, in: folder).status == 0)
    #expect(try CommandRun(script: "touch -d @1800000060 *.gz", in: folder).status == 0)
    let daemon = try FakeDaemon(done)
    let options = ["--year", "2025", "--log-timezone", "Europe/Berlin"]
    let run = try run(options + [plain + ".gz", plain], daemon)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.text == "2 files, 40000 lines: 9980 submissions counted, 20 known already\n")
    let requests = daemon.requests
    let name = plain.replacing("/", with: "%2F").replacing(" ", with: "%20")
    let sent = [("", 1_800_000_000), (".gz", 1_800_000_060)].map { ending, time in
      "POST /v1/import?name=\(name)\(ending)&modified=\(time)"
        + "&log-timezone=Europe%2FBerlin&year=2025 HTTP/1.1"
    }
    #expect(requests.map(\.line) == sent)
    #expect(requests.allSatisfy { $0.body == log })
    for request in requests {
      #expect(request.headers["content-type"] == "application/octet-stream")
    }
  }

  @Test func `standard input is sent as well`() throws {
    let path = try folder.write(log, to: "log")
    let daemon = try FakeDaemon(done)
    let run = try CommandRun(["import", "--socket", daemon.socket, "-"], input: path)
    #expect(run.status == 0)
    #expect(daemon.requests.first?.body == log)
    #expect(try self.run(["-", "-"], daemon).status == 64)
    #expect(try self.run([], daemon).status == 64)
  }

  @Test func `who may not import learns it before anything is sent`() throws {
    let path = try folder.write(log, to: "log")
    let detail = "join the group submitwatch-admin"
    let daemon = try FakeDaemon(
      .refusal("403 Forbidden", body: #"{"detail":"\#(detail)"}"#)
    )
    let run = try run([path, path], daemon)
    #expect(run.status == 77)
    #expect(run.errors == "submitwatch: \(detail)\n")
    #expect(daemon.requests.count == 1)
  }

  @Test func `a log that is missing stops the import before it begins`() throws {
    let daemon = try FakeDaemon(done)
    let run = try run([folder.write(log, to: "log"), folder.path("no.log")], daemon)
    #expect(run.status == 1)
    #expect(run.errors.contains("no such file"))
    #expect(daemon.requests.isEmpty)
  }

  @Test func `an archive that is cut off is not imported`() throws {
    try folder.write(log, to: "whole")
    #expect(
      try CommandRun(script: "gzip whole; head -c 9000 whole.gz >cut.gz", in: folder).status == 0
    )
    let daemon = try FakeDaemon(done)
    let run = try run([folder.path("cut.gz")], daemon)
    #expect(run.status == 65)
    #expect(run.errors.contains("is cut off"))
    // The body never ended.
    #expect(daemon.requests.isEmpty)
  }

  @Test func `what the daemon cannot read is bad data`() throws {
    let path = try folder.write(log, to: "log")
    let body = #"{"detail":"no line of it is one of a mail server"}"#
    let daemon = try FakeDaemon(
      .answer("422 Unprocessable Content", type: "application/problem+json", body: body)
    )
    let run = try run([path], daemon)
    #expect(run.status == 65)
    #expect(run.errors == "submitwatch: no line of it is one of a mail server\n")
    let odd = try self.run([path], FakeDaemon(.answer("200 OK", body: "{}")))
    #expect(odd.status == 1)
    #expect(odd.errors.contains("are submitwatch and submitwatchd of one version?"))
  }
}
