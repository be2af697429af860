import TestSupport
import Testing

/// What the commands make of answers that are none of the daemon's, or no whole ones.
struct OddAnswerTests {
  private func run(_ command: String, _ daemon: FakeDaemon) throws -> CommandRun {
    try CommandRun(
      command.split(separator: " ").map(String.init),
      environment: ["SUBMITWATCH_SOCKET": daemon.socket]
    )
  }

  @Test(arguments: [
    "", "report tls --format json", "report volume --format csv", "sender x", "status", "alerts",
    "alerts verdict a1 legitimate", "alerts test chat", "mail-report --to a@example.org",
    "dashboard --no-open",
  ])
  func `an answer of somebody else is not believed`(command: String) throws {
    let answers = [
      FakeDaemon.Answer.answer("200 OK", type: "text/html; charset=utf-8", body: "<p>hello\n"),
      .answer("200 OK", type: "text/html", body: ""),
      .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)),
    ]
    for answer in answers {
      let daemon = try FakeDaemon(answer)
      let run = try run(command, daemon)
      #expect(run.status == 1)
      #expect(run.output == [])
      #expect(
        run.errors == "submitwatch: the answer at '\(daemon.socket)' is not understood; does"
          + " submitwatchd listen there, and are submitwatch and submitwatchd of one version?\n"
      )
    }
  }

  @Test(arguments: [
    #"{"id":"a1"}"#, "{}", "[]", #"{"id":"a1","verdict":"legitimate"}"#,
    #"{"id":"a2","verdict":{"verdict":"legitimate"}}"#,
    #"{"id":"a1","verdict":{"verdict":"compromised"}}"#,
  ])
  func `a verdict is kept only where the answer says so`(body: String) throws {
    let daemon = try FakeDaemon(.answer("200 OK", type: "application/json", body: body))
    let run = try run("alerts verdict a1 legitimate", daemon)
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(run.errors.contains("is not understood; does submitwatchd listen there"))
  }

  @Test func `an answer that breaks off is a failure`() throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"
    for answer in [head + "half\n", "gibberish\r\n\r\n"] {
      let daemon = try FakeDaemon(.raw(Array(answer.utf8)))
      let run = try run("", daemon)
      #expect(run.status == 1, "\(answer)")
      #expect(run.errors.contains("broke off its answer ("))
      #expect(run.errors.hasSuffix("; see 'journalctl -u submitwatchd'\n"))
    }
  }

  @Test func `a daemon that ends without an answer is not there`() throws {
    let daemon = try FakeDaemon(.raw([]))
    let run = try run("status --check", daemon)
    #expect(run.status == 2)
    #expect(
      run.text
        == "SUBMITWATCH CRITICAL - the daemon at '\(daemon.socket)' ended without an answer;"
        + " 'systemctl status submitwatchd' says why\n"
    )
  }
}
