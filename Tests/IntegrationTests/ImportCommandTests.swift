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
    body: #"{"lines":20000,"submissions":4990,"alreadyCovered":10,"errors":[]}"#
  )

  private func run(_ arguments: [String], _ daemon: FakeDaemon) throws -> CommandRun {
    try CommandRun(["import", "--socket", daemon.socket] + arguments)
  }

  @Test func `files are sent decompressed, with what the lines do not tell`() throws {
    let plain = try folder.write(log, to: "a log.1")
    #expect(try CommandRun(script: "gzip -k 'a log.1'", in: folder).status == 0)
    let daemon = try FakeDaemon(done)
    let options = ["--year", "2025", "--log-timezone", "Europe/Berlin"]
    let run = try run(options + [plain, plain + ".gz"], daemon)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.text == "2 files, 20000 lines: 4990 submissions counted, 10 known already\n")
    let requests = daemon.requests
    #expect(requests.map(\.line) == Array(repeating: "POST /v1/import HTTP/1.1", count: 2))
    #expect(requests.allSatisfy { $0.body == log })
    let name = plain.replacing(" ", with: "%20")
    #expect(requests.map { $0.headers["submitwatch-file"] } == [name, name + ".gz"])
    for (number, request) in requests.enumerated() {
      #expect(request.headers["content-type"] == "application/octet-stream")
      #expect(request.headers["submitwatch-year"] == "2025")
      #expect(request.headers["submitwatch-log-timezone"] == "Europe/Berlin")
      #expect(request.headers["submitwatch-modified"].flatMap { Int($0) } ?? 0 > 1_700_000_000)
      let group = request.headers["submitwatch-import"]
      #expect(group?.hasSuffix("; part=\(number + 1); parts=2") == true)
    }
    #expect(Set(requests.map { $0.headers["submitwatch-import"]?.prefix(36) }).count == 1)
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

  @Test func `what the daemon could not read is told`() throws {
    let body = #"{"lines":1,"submissions":0,"alreadyCovered":0,"errors":["one","two"]}"#
    let daemon = try FakeDaemon(.answer("200 OK", body: body))
    let run = try run([folder.write(log, to: "log")], daemon)
    #expect(run.status == 65)
    #expect(run.text == "1 file, 1 lines: 0 submissions counted, 0 known already\n")
    #expect(run.errors == "submitwatch: two\nsubmitwatch: one\n")
    let other = try FakeDaemon(.answer("200 OK", body: "{}"))
    let odd = try self.run([folder.path("log")], other)
    #expect(odd.status == 1)
    #expect(odd.errors.contains("are submitwatch and submitwatchd of one version?"))
  }
}
