import TestSupport
import Testing

/// `submitwatch status --check`: one line, and the exit status of a monitoring plugin.
struct StatusCheckTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func check(_ answer: FakeDaemon.Answer) throws -> CommandRun {
    let daemon = try FakeDaemon(answer)
    let run = try CommandRun(["status", "--check", "--socket", daemon.socket])
    #expect(run.errors == "")
    return run
  }

  private func status(_ state: String, warnings: String = "") -> FakeDaemon.Answer {
    let json = """
      {"state":"\(state)","sources":[{"name":"a","lagSeconds":5},{"name":"b","lagSeconds":null}],
       "lines":{"used":12,"passedOver":{}},"savedAgeSeconds":3,"rows":4,"warnings":[\(warnings)]}
      """
    return .answer("200 OK", type: "application/json", body: json)
  }

  @Test func `a healthy daemon is OK, with its figures`() throws {
    let run = try check(status("ok"))
    #expect(run.status == 0)
    #expect(
      run.text
        == "SUBMITWATCH OK - 2 sources, 12 lines used | lines=12c rows=4 lag=5s saved=3s\n"
    )
  }

  @Test func `the worst warnings are told`() throws {
    let warnings = """
      {"state":"warning","text":"TLS is not logged"},{"state":"critical","text":"a | gap\\nand\\u001b[31m"}
      """
    let critical = try check(status("critical", warnings: warnings))
    #expect(critical.status == 2)
    #expect(critical.text.hasPrefix("SUBMITWATCH CRITICAL - a / gap and\\u{1B}[31m | "))
    #expect(critical.isSafeForTerminals)
    #expect(critical.lines.count == 2)
    let warning = try check(status("warning", warnings: warnings))
    #expect(warning.status == 1)
    #expect(warning.text.hasPrefix("SUBMITWATCH WARNING - TLS is not logged | lines=12c"))
  }

  @Test func `no daemon is critical, an answer that is not understood is unknown`() throws {
    let none = try CommandRun(["status", "--check", "--socket", folder.path("none.sock")])
    #expect(none.status == 2)
    #expect(none.text.hasPrefix("SUBMITWATCH CRITICAL - no daemon answers at '"))
    #expect(none.errors == "")
    for answer in [
      FakeDaemon.Answer.answer("200 OK", body: "{}"),
      .answer("200 OK", type: "application/json", body: "{}"),
      .answer("200 OK", type: "application/json", body: "nonsense"),
      .refusal("503 Service Unavailable", body: #"{"detail":"busy"}"#), status("excellent"),
    ] {
      let run = try check(answer)
      #expect(run.status == 3)
      #expect(run.text.hasPrefix("SUBMITWATCH UNKNOWN - "))
      #expect(run.lines.count == 2)
      #expect(!run.text.contains("keyNotFound"))
    }
  }
}
