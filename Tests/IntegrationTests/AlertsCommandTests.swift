import Foundation
import Glibc
import TestSupport
import Testing

/// `submitwatch alerts` against a daemon of canned answers.
struct AlertsCommandTests {
  private static func json(_ id: String) -> String {
    #"{"id":"\#(id)","rule":"volume","severity":"critical","state":"firing","#
      + #""account":"a'$(b)\n@example.org","text":"too much"}"#
  }

  /// Events as the daemon streams them, in an answer that breaks off behind them.
  private static func stream(_ ids: Int...) -> FakeDaemon.Answer {
    let events = ids.map { "id: \($0)\nevent: alert\ndata: \(json("a\($0)"))\n\n" }.joined()
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return .raw(Array("\(head)retry: 2000\nid: 4\n\n\(events):\n\n".utf8))
  }

  @Test func `verdicts and trials are asked for`() throws {
    let daemon = try FakeDaemon(
      .answer(
        "200 OK",
        type: "application/json",
        body: #"{"id":"a1","verdict":{"verdict":"compromised"}}"#
      ),
      .answer(
        "200 OK",
        type: "application/json",
        body: #"{"sink":"chat","delivered":true,"detail":"HTTP 200"}"#
      ),
      .answer(
        "200 OK",
        type: "application/json",
        body: #"{"sink":"chat","delivered":false,"detail":"HTTP 500; look there"}"#
      )
    )
    let place = ["SUBMITWATCH_SOCKET": daemon.socket]
    let verdict = try CommandRun(
      ["alerts", "verdict", "a1", "compromised", "--note", "phished"],
      environment: place
    )
    #expect(verdict.text == "a1: compromised\n")
    #expect(daemon.requests[0].line == "POST /v1/alerts/verdict HTTP/1.1")
    let body = #"{"id":"a1","verdict":"compromised","note":"phished"}"#
    #expect(daemon.requests[0].text == body)
    let good = try CommandRun(["alerts", "test", "chat"], environment: place)
    #expect(good.text == "'chat' has taken a trial alert: HTTP 200\n")
    let bad = try CommandRun(["alerts", "test", "chat"], environment: place)
    #expect(bad.status == 1)
    #expect(bad.errors == "submitwatch: 'chat' did not take it: HTTP 500; look there\n")
    #expect(try CommandRun(["alerts", "verdict", "a1", "maybe"]).status == 64)
  }

  @Test func `alerts are followed over broken connections until nobody reads`() throws {
    let daemon = try FakeDaemon(Self.stream(5, 6), Self.stream(7))
    let run = try CommandRun(
      script: "$submitwatch alerts --follow --socket '\(daemon.socket)' | head -n 3",
      in: TemporaryFolder()
    )
    #expect(run.lines.dropLast().map(String.init) == ["a5", "a6", "a7"].map(Self.json))
    let resumed = daemon.requests.map { $0.fields["last-event-id"] }
    #expect(resumed.prefix(2) == [nil, "6"])
  }

  @Test func `who does not read any more is seen to, though there is no alert`() throws {
    let daemon = try FakeDaemon(Self.stream())
    let follow = "timeout -s KILL 100 $submitwatch alerts --follow --socket '\(daemon.socket)'"
    let run = try CommandRun(script: "{ \(follow); echo $? >&2; } | true", in: TemporaryFolder())
    #expect(run.errors.split(separator: "\n").last == "0")
  }

  @Test func `without a daemon nobody is followed`() throws {
    let run = try CommandRun(["alerts", "--follow", "--socket", "/nonexistent/socket"])
    #expect(run.status == 2)
    let other = try CommandRun(["alerts", "--exec", "/bin/true"])
    #expect(other.status == 64)
    #expect(try CommandRun(["alerts", "--follow", "--exec", "true"]).status == 64)
  }

  private func follow(
    _ daemon: FakeDaemon,
    _ folder: TemporaryFolder,
    _ script: String,
    _ more: [String] = []
  ) throws -> SpawnedProcess {
    try folder.write(Array("#!/bin/sh\ncd '\(folder.path)'\n\(script)\n".utf8), to: "program")
    _ = unsafe chmod(folder.path("program"), 0o700)
    return try SpawnedProcess(
      CommandRun.binary,
      [
        "alerts", "--follow", "--socket", daemon.socket, "--exec", folder.path("program"),
        "--state-file", folder.path("state"),
      ] + more,
      environment: ["PATH=/usr/bin:/bin", "SUBMITWATCH_STATE=none"],
      output: folder.path("errors")
    )
  }

  private func text(_ folder: TemporaryFolder, _ name: String) -> String {
    (try? String(contentsOfFile: folder.path(name), encoding: .utf8)) ?? ""
  }

  @Test func `a program gets the alert, and runs again until it is done, also later`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5), Self.stream())
    // Fails the first time.
    let script = """
      echo "$# $SUBMITWATCH_EVENT $SUBMITWATCH_STATE $SUBMITWATCH_ACCOUNT" >>log
      cat >>log; echo >>log
      [ -e again ] || { : >again; exit 3; }
      """
    let first = try follow(daemon, folder, script)
    let line = "0 5 firing a'$(b)@example.org\n\(Self.json("a5"))\n"
    _ = try poll("the event is done") { text(folder, "state") == "5\n" ? true : nil }
    first.end(by: SIGTERM)
    #expect(text(folder, "log") == line + line)
    #expect(text(folder, "errors").contains("ended with status 3 for event 5"))
    // A restart goes on behind it.
    let later = try FakeDaemon(Self.stream(8), Self.stream())
    let second = try follow(later, folder, script)
    _ = try poll("the next event is done") { text(folder, "state") == "8\n" ? true : nil }
    second.end(by: SIGTERM)
    #expect(later.requests.first?.fields["last-event-id"] == "5")
  }

  @Test func `a number that is ahead of the daemon's gives way to the daemon's, and that is told`()
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write(Array("1000\n".utf8), to: "state")
    let daemon = try FakeDaemon(Self.stream(5), .nothing)
    let process = try follow(daemon, folder, "echo $SUBMITWATCH_EVENT >>log")
    _ = try poll("the event is done") { text(folder, "state") == "5\n" ? true : nil }
    process.end(by: SIGTERM)
    #expect(daemon.requests.first?.fields["last-event-id"] == "1000")
    #expect(text(folder, "log") == "5\n")
    #expect(
      text(folder, "errors").hasPrefix(
        "submitwatch: the daemon's newest event is 4, none is 1000 as kept here; going on behind 4\n"
      )
    )
  }

  @Test func `a state file that cannot be written is told`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5), Self.stream())
    let path = folder.path("no/folder/state")
    let run = try CommandRun(
      script: """
        timeout -s KILL 300 $submitwatch alerts --follow --socket '\(daemon.socket)' \
          --state-file '\(path)'
        """,
      in: folder
    )
    #expect(run.status == 1)
    #expect(
      run.errors == "submitwatch: cannot write '\(path)': its folder does not exist;"
        + " make it, or name another file\n"
    )
  }

  @Test func `a state file behind a folder that may not be entered is told`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("closed"),
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0]
    )
    let path = folder.path("closed/state")
    // The superuser may enter all folders, but not without the capabilities for it.
    let drop = "setpriv --bounding-set -dac_override,-dac_read_search"
    let run = try CommandRun(
      script: """
        \(geteuid() == 0 ? drop : "") timeout -s KILL 300 $submitwatch alerts --follow \
          --socket /nonexistent --state-file '\(path)'
        """,
      in: folder
    )
    #expect(run.status == 77)
    #expect(
      run.errors == "submitwatch: cannot reach '\(path)': permission denied;"
        + " let this user enter the folders on the way (chmod +x)\n"
    )
  }

  /// Follows until that ends by itself, or 300 seconds are over: long, for they only end a
  /// test that fails.
  private func followToTheEnd(
    _ daemon: FakeDaemon,
    _ program: String,
    _ folder: TemporaryFolder
  ) throws -> CommandRun {
    try CommandRun(
      script: """
        timeout -s KILL 300 $submitwatch alerts --follow --socket '\(daemon.socket)' \
          --exec '\(program)' --state-file state
        """,
      in: folder
    )
  }

  @Test func `a program that cannot be run is refused at the start`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5))
    try folder.write([], to: "program")
    _ = unsafe chmod(folder.path("program"), 0o600)
    for (path, reason) in [
      ("nowhere", ": No such file or directory; name a program that this user can reach"),
      ("", " is no file; name a program"),
      ("program", " may not be executed by this user; 'chmod +x' lets it"),
    ] {
      let program = folder.path(path)
      // Who comes back for what is due may find it then.
      let awaited = try followToTheEnd(daemon, program, folder)
      #expect(awaited.status == 1)
      let run = try CommandRun(["alerts", "--follow", "--exec", program])
      #expect(run.status == 64)
      let text = "submitwatch: --exec '\(program)'\(reason)\n"
      #expect(awaited.errors == text && run.errors == text)
    }
    #expect(daemon.requests.isEmpty)
  }

  @Test func `an alert is not done where the program cannot be started`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("#!/nonexistent/shell\n".utf8), to: "program")
    _ = unsafe chmod(folder.path("program"), 0o700)
    let daemon = try FakeDaemon(Self.stream(5, 6))
    let program = folder.path("program")
    let run = try followToTheEnd(daemon, program, folder)
    #expect(run.status == 1)
    let reason = "cannot be started: No such file or directory for event 5"
    #expect(
      run.errors == "submitwatch: '\(program)' \(reason); it is due again at the next start\n"
    )
    #expect(text(folder, "state") == "4\n")
  }

  @Test func `a program that has no use for an alert is not run again for it`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5, 6), Self.stream())
    let script = "echo $SUBMITWATCH_EVENT >>log; [ $SUBMITWATCH_EVENT != 5 ] || exit 65"
    let process = try follow(daemon, folder, script)
    _ = try poll("both events are done") { text(folder, "state") == "6\n" ? true : nil }
    process.end(by: SIGTERM)
    #expect(text(folder, "log") == "5\n6\n")
    #expect(
      text(folder, "errors") == "submitwatch: '\(folder.path("program"))' ended with status 65"
        + " for event 5: bad data; it is not run again\n"
    )
  }

  @Test func `a program that hangs is ended with all that it started`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5), Self.stream())
    let script = """
      [ ! -e again ] || exit 0
      : >again
      sh -c 'echo $$ >child; exec sleep 1000' &
      sleep 1000
      """
    let process = try follow(daemon, folder, script, ["--time-limit", "1"])
    _ = try poll("the event is done") { text(folder, "state") == "5\n" ? true : nil }
    process.end(by: SIGTERM)
    #expect(text(folder, "errors").contains("did not end in 1 seconds, and was ended"))
    let child = try #require(Int32(text(folder, "child").trimmingCharacters(in: .newlines)))
    _ = try poll("what it started has ended") {
      // What has ended may still have a number.
      let stat = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      return stat?.contains(") Z ") ?? true ? true : nil
    }
  }

  @Test func `a megabyte of output, or a crash, holds up nobody`() throws {
    let folder = try TemporaryFolder()
    let daemon = try FakeDaemon(Self.stream(5), Self.stream())
    let script = """
      [ ! -e again ] || { head -c 1048576 /dev/zero | tr '\\0' x; exit 0; }
      : >again; kill -SEGV $$
      """
    let process = try follow(daemon, folder, script)
    _ = try poll("the event is done") { text(folder, "state") == "5\n" ? true : nil }
    process.end(by: SIGTERM)
    let errors = text(folder, "errors")
    #expect(errors.contains("was ended by signal 11"))
    #expect(errors.contains("[more output is left out]"))
    #expect(errors.utf8.count < 70_000)
  }
}
