import Foundation
import TestSupport
import Testing

/// `submitwatch check-config`.
struct CheckConfigTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func `the shipped configuration has no problems`() throws {
    let path = ArchitectureTests.root.appending(path: "config/submitwatch.yaml").path
    let run = try CommandRun(["check-config", path])
    #expect(run.status == 0)
    #expect(run.text == "\(path): no problems\n")
  }

  @Test func `every problem is on a line of standard error`() throws {
    let text = "retention: 0\ntimezone: Nowhere/At-all\nlog-timezone: Europe/Berlin\ncolour: red\n"
    let path = try folder.write(Array(text.utf8), to: "wrong.yaml")
    let run = try CommandRun(["check-config", path])
    #expect(run.status == 78)
    #expect(run.output == [])
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("\(path):1: retention: '0' is not allowed; use"))
    #expect(lines[1].hasPrefix("\(path):2: timezone: 'Nowhere/At-all' is not allowed; use"))
    #expect(lines[2].hasPrefix("\(path):4: colour: unknown key; known here: timezone"))
  }

  @Test func `a secret that is not there yet is told, and no error`() throws {
    let here = try folder.write(Array("secret\n".utf8), to: "token")
    let nowhere = folder.path("nowhere")
    let text = """
      alerts:
        webhook:
          - {name: a, url: "https://a.example/", token-file: \(here)}
          - name: b
            url: https://b.example/
            token-file: \(nowhere)
          - {name: c, url: "https://c.example/", token-file: credential}
      reports:
        user: us
        password-file: \(nowhere)
      """
    let path = try folder.write(Array(text.utf8), to: "submitwatch.yaml")
    let run = try CommandRun(["check-config", path])
    #expect(run.status == 0, "\(run.errors)")
    let advice = "'\(nowhere)' is not there; write the secret to it, in one line"
    #expect(
      Set(run.lines) == [
        "\(path):6: alerts.webhook[2].token-file: \(advice)",
        "\(path):10: reports.password-file: \(advice)", "\(path): no other problems", "",
      ]
    )
  }

  @Test func `a file that does not exist is an error if it was named`() throws {
    let run = try CommandRun(["check-config", folder.path("no.yaml")])
    // As the daemon ends with it.
    #expect(run.status == 78)
    #expect(run.errors.hasPrefix("\(folder.path("no.yaml")): no such file; "))
  }
}
