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

  @Test func `authorities that are not there yet are told, and no error`() throws {
    let text = """
      alerts:
        webhook:
          - {url: "https://[::1]:65535/", ca-file: /nonexistent}
        email:
          - {to: [a@b], server: "smtps://[::1]:465", ca-file: /dev/null}
      """
    let path = try folder.write(Array(text.utf8), to: "submitwatch.yaml")
    let run = try CommandRun(["check-config", path])
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.text == """
        \(path):3: alerts.webhook[1].ca-file: '/nonexistent' is not there; write the authorities' \
        certificates to it, in PEM
        \(path): no other problems

        """
    )
  }

  @Test func `a configuration that the service may not read is told`() throws {
    let path = try folder.write(Array("retention: 9\n".utf8), to: "submitwatch.yaml")
    #expect(unsafe chmod(path, 0o600) == 0)
    let advice = "for the service 'chgrp submitwatch \(path)' and 'chmod 640 \(path)'"
    if geteuid() == 0 {
      let note = "\(path): only root may read it, by its mode; \(advice)\n"
      let text = try CommandRun(["check-config", path]).text
      #expect(text == note + "\(path): no other problems\n")
    }
    #expect(unsafe chmod(path, 0o604) == 0)
    #expect(try CommandRun(["check-config", path]).text == "\(path): no problems\n")
    #expect(unsafe chmod(path, 0) == 0)
    let drop = geteuid() == 0 ? "setpriv --bounding-set -dac_override,-dac_read_search" : ""
    let run = try CommandRun(script: "\(drop) $submitwatch check-config \(path)", in: folder)
    #expect(run.status == 77)
    #expect(run.errors == "\(path): permission denied; use sudo, or \(advice)\n")
  }

  @Test func `a file that does not exist is an error if it was named`() throws {
    let run = try CommandRun(["check-config", folder.path("no.yaml")])
    // As the daemon ends with it.
    #expect(run.status == 78)
    #expect(run.errors.hasPrefix("\(folder.path("no.yaml")): no such file; "))
  }
}
