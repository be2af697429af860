import Foundation
import Glibc
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
    body: #"{"lines":40000,"submissions":9980,"alreadyCounted":20,"tooOld":0,"files":[]}"#
  )

  private func run(_ arguments: [String], _ daemon: FakeDaemon) throws -> CommandRun {
    try CommandRun(["import", "--socket", daemon.socket] + arguments)
  }

  @Test func `files are sent as they are, with what the lines do not tell`() throws {
    let plain = try folder.write(log, to: "a log.1")
    let script = "touch -d @1800000000 'a log.1'; gzip -c 'a log.1' >'a log.1.gz'"
    #expect(try CommandRun(script: script, in: folder).status == 0)
    #expect(try CommandRun(script: "touch -d @1800000060 *.gz", in: folder).status == 0)
    let daemon = try FakeDaemon(done)
    let options = ["--year", "2025", "--log-timezone", "Europe/Berlin", "--host", "mx2.example"]
    let run = try run(options + [plain + ".gz", plain], daemon)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.text == "2 files, 40000 lines: 9980 submissions counted, 20 known already\n")
    let requests = daemon.requests
    let items = "files=true&log-timezone=Europe%2FBerlin&year=2025&host=mx2.example"
    #expect(requests.map(\.line) == ["POST /v1/import?\(items) HTTP/1.1"])
    #expect(requests[0].fields["content-type"] == "application/octet-stream")
    let packed = [UInt8](try Data(contentsOf: URL(filePath: plain + ".gz")))
    #expect(
      try ImportedFile.all(in: requests[0].body) == [
        ImportedFile(name: plain + ".gz", modified: 1_800_000_060, bytes: packed),
        ImportedFile(name: plain, modified: 1_800_000_000, bytes: log),
      ]
    )
  }

  @Test func `files that are named together count as one log`() throws {
    var (log, first) = (PostfixLog(), [UInt8]())
    for number in 0..<100 {
      if number == 50 { first = log.bytes }
      log.message("user\(number)@example.org")
    }
    // The login of a session is in the second file, its TLS in the first one.
    let start = log.bytes[first.count...].split(separator: 10).prefix(2).joined(separator: [10])
    first += start + [10]
    let second = Array(log.bytes[first.count...])
    let files = [try folder.write(second, to: "two"), try folder.write(first, to: "one")]
    let whole = try AskedDaemon(log: [])
    let parts = try AskedDaemon(log: [])
    #expect(try whole.ask(["import", folder.write(log.bytes, to: "whole")]).status == 0)
    #expect(try parts.ask(["import"] + files).status == 0)
    let report = ["report", "tls", "--days", "366", "--format", "csv"]
    #expect(try parts.ask(report).text == whole.ask(report).text)
    #expect(try whole.ask(report).text.contains("user50@example.org"))
  }

  @Test func `a file without a line about submissions is told`() throws {
    let path = try folder.write(log, to: "log")
    let useless = FakeDaemon.Answer.answer(
      "200 OK",
      type: "application/json",
      body: #"{"lines":9,"submissions":0,"alreadyCounted":0,"tooOld":0,"files":["#
        + #"{"name":"\#(path)","lines":9,"used":0,"passedOver":{"blank":2,"otherProgram":7}}]}"#
    )
    let run = try run([path], FakeDaemon(useless))
    #expect(run.status == 65)
    #expect(run.text == "1 file, 9 lines: 0 submissions counted, 0 known already\n")
    #expect(
      run.errors == """
        submitwatch: '\(path)': no line about submissions in 9 lines (7 × written by a program that \
        is no mail server known here; 2 × an empty line)
        submitwatch: nothing was imported: name the log of a mail server

        """
    )
  }

  @Test func `one useful file among others makes an import`() throws {
    let noise = try folder.write((0..<2000).map { UInt8(truncatingIfNeeded: $0 * 37) }, to: "noise")
    let daemon = try AskedDaemon(log: log)
    let both = try daemon.ask(["import", noise, folder.write(log, to: "log")])
    #expect(both.status == 0)
    #expect(both.errors.hasPrefix("submitwatch: '\(noise)': no line about submissions in "))
    #expect(both.errors.split(separator: "\n").count == 1)
    #expect(both.text.contains(": 0 submissions counted, 5000 known already\n"))
    // A rotated log may well be empty: that makes it neither useless nor useful.
    let empty = try folder.write([], to: "empty")
    let nothing = try daemon.ask(["import", empty])
    #expect(nothing.status == 0)
    #expect(nothing.errors == "")
    #expect(nothing.text == "1 file, 0 lines: 0 submissions counted, 0 known already\n")
    let useless = try daemon.ask(["import", empty, noise])
    #expect(useless.status == 65)
    #expect(useless.errors.contains("'\(noise)'") && !useless.errors.contains("'\(empty)'"))
    #expect(useless.errors.hasSuffix("nothing was imported: name the log of a mail server\n"))
  }

  @Test func `logs of two hosts whose lines name none count both, if the hosts are named`() throws {
    func exim(_ host: String) throws -> String {
      let lines = (10..<60).map { minute in
        "2026-11-20 10:\(minute):00 1v\(host)\(minute)-000000000Ab-0000 <= a@example.org"
          + " H=c [192.0.2.1] P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 A=plain:a S=900"
      }
      return try folder.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: "main-\(host)")
    }
    let (one, two) = (try exim("ab"), try exim("cd"))
    let daemon = try AskedDaemon(log: [])
    let counted = "1 file, 50 lines: 50 submissions counted, 0 known already\n"
    #expect(try daemon.ask(["import", "--host", "mx1", one]).text == counted)
    #expect(try daemon.ask(["import", "--host", "mx2", two]).text == counted)
    let known = "1 file, 50 lines: 0 submissions counted, 50 known already\n"
    #expect(try daemon.ask(["import", "--host", "mx2", two]).text == known)
  }

  @Test func `a zone or a host that cannot be is refused before anything is sent`() throws {
    let daemon = try FakeDaemon(done)
    let run = try run(["--log-timezone", "Mars", folder.write(log, to: "log")], daemon)
    #expect(run.status == 64)
    #expect(run.errors.contains("'Mars' is no time zone: use a name such as Europe/Berlin"))
    let host = try self.run(["--host", "mx 2", folder.write(log, to: "log")], daemon)
    #expect(host.status == 64)
    #expect(host.errors.contains("'mx 2' is no host's name: use letters, digits and . - _ :"))
    #expect(daemon.requests.isEmpty)
  }

  @Test func `standard input is sent as well`() throws {
    let path = try folder.write(log, to: "log")
    let daemon = try FakeDaemon(done)
    let run = try CommandRun(["import", "--socket", daemon.socket, "-"], input: path)
    #expect(run.status == 0)
    let files = try ImportedFile.all(in: #require(daemon.requests.first).body)
    #expect(files.map(\.name) == ["standard input"] && files.map(\.bytes) == [log])
    #expect(try self.run(["-", "-"], daemon).status == 64)
    #expect(try self.run([], daemon).status == 64)
  }

  @Test func `a pipe may be silent for as long as it likes`() throws {
    let fifo = folder.path("pipe")
    #expect(unsafe mkfifo(fifo, 0o600) == 0)
    let daemon = try FakeDaemon(done)
    let command = ["import", "--socket", daemon.socket, fifo]
    let run = try SpawnedProcess(
      CommandRun.binary,
      command,
      environment: [],
      output: folder.path("errors")
    )
    let pipe = try #require(FileHandle(forUpdatingAtPath: fifo))
    try pipe.write(contentsOf: Data(log[..<1000]))
    _ = try poll("the first bytes come") { daemon.received > 1000 ? true : nil }
    // The daemon is told, again and again, that the client is there.
    for _ in 0..<2 {
      let before = daemon.received
      _ = try poll("a sign of life comes") { daemon.received > before ? true : nil }
    }
    try pipe.write(contentsOf: Data(log[1000..<2000]))
    try pipe.close()
    #expect(run.end() == 0)
    let files = try ImportedFile.all(in: #require(daemon.requests.first).body)
    #expect(files == [ImportedFile(name: fifo, bytes: Array(log.prefix(2000)))])
  }

  @Test func `who may not import learns it before anything is sent`() throws {
    let path = try folder.write(log, to: "log")
    let detail = "join the group submitwatch-admin"
    let daemon = try FakeDaemon(
      .refusal("403 Forbidden", body: #"{"detail":"\#(detail)"}"#)
    )
    let run = try run([path], daemon)
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
    let daemon = try AskedDaemon(log: [])
    let cut = folder.path("cut.gz")
    let run = try daemon.ask(["import", cut, folder.write(log, to: "good.log")])
    #expect(run.status == 65)
    #expect(
      run.errors == """
        submitwatch: '\(cut)' is cut off: its gzip data ends too early; nothing of the import is \
        counted, get a complete copy

        """
    )
    #expect(run.text == "")
    let report = try daemon.ask(["report", "volume", "--days", "366", "--format", "csv"])
    #expect(report.status == 0 && !report.text.contains("user1@example.org"))
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

/// A file as the daemon is sent it.
private struct ImportedFile: Equatable {
  var name: String
  var modified: Int?
  var bytes: [UInt8] = []

  /// The line in front of the bytes of a part.
  private struct Line: Decodable {
    var name: String?
    var modified: Int?
    var bytes: Int
  }

  static func all(in body: [UInt8]) throws -> [Self] {
    var files: [Self] = []
    var rest = body[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = try JSONDecoder().decode(Line.self, from: Data(rest[..<end]))
      if let name = line.name { files.append(Self(name: name, modified: line.modified)) }
      rest = rest[(end + 1)...]
      files[files.count - 1].bytes += rest.prefix(line.bytes)
      rest = rest.dropFirst(line.bytes)
    }
    #expect(rest.isEmpty)
    return files
  }
}
