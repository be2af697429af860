import Dialects
import MailLog
import Testing

/// Docker's json-file and the Container Runtime Interface's log, which cut long lines.
struct ContainerLogTests {
  private func descriptions(_ lines: [String], ending: String = "\n") -> [String] {
    Parsed(stream: (lines.joined(separator: "\n") + ending).utf8).events.map(\.description)
  }

  private func docker(_ log: String, stream: String = "stdout") -> String {
    "{\"log\":\"\(log)\",\"stream\":\"\(stream)\",\"time\":\"2026-11-21T10:00:01.5Z\"}"
  }

  @Test func `a line in Docker's log has its own time, or else that of its record`() {
    let own = docker("Nov 20 10:00:01 mx1 postfix/smtpd[7]: connect from a[192.0.2.1]\\n")
    #expect(descriptions([own]) == ["2024-11-20T10:00:01 connected [7] a[192.0.2.1]  ×1"])
    let bare = docker("postfix/smtpd[7]: connect from a[192.0.2.1]\\n")
    let expected = "2026-11-21T10:00:01.5Z connected [7] a[192.0.2.1]  ×1"
    #expect(descriptions([bare]) == [expected])
    #expect(descriptions([bare], ending: "") == [expected])
    #expect(descriptions([bare], ending: "\r\n") == [expected])
    let other = Parsed(stream: docker("starting\\n").utf8).passedOver
    #expect(other == [.noProgram: 1])
  }

  @Test func `the parts of a long line are joined, per stream`() {
    let parts = [
      docker("postfix/smtpd[7]: conn"), docker("postfix/smtpd[8]: connect fr", stream: "stderr"),
      docker("ect from a[192.0.2.1]\\n"), docker("om b[192.0.2.2]\\n", stream: "stderr"),
    ]
    #expect(
      descriptions(parts) == [
        "2026-11-21T10:00:01.5Z connected [7] a[192.0.2.1]  ×1",
        "2026-11-21T10:00:01.5Z connected [8] b[192.0.2.2]  ×1",
      ]
    )
    let kubernetes = [
      "2026-11-21T10:00:01.1+01:00 stdout P postfix/smtpd[7]: conn",
      "2026-11-21T10:00:01.2+01:00 stderr P:x postfix/smtpd[8]: connect",
      "2026-11-21T10:00:01.3+01:00 stdout P ect from a",
      "2026-11-21T10:00:01.4+01:00 stderr F:x  from b[192.0.2.2]",
      "2026-11-21T10:00:01.5+01:00 stdout F [192.0.2.1]",
      "2026-11-21T10:00:01.6+01:00 stdout F Nov 20 10:00:01 mx1 postfix/smtpd[7]: connect from c",
      "2026-11-21T10:00:01.7+01:00 stdout F ",
    ]
    #expect(
      descriptions(kubernetes) == [
        "2026-11-21T10:00:01.4+01:00 connected [8] b[192.0.2.2]  ×1",
        "2026-11-21T10:00:01.5+01:00 connected [7] a[192.0.2.1]  ×1",
        "2024-11-20T10:00:01 connected [7] c  ×1",
      ]
    )
  }

  @Test func `a line whose parts are too long is dropped whole`() {
    let part = docker(String(repeating: "x", count: 40_000))
    let last = docker("\\n")
    let next = docker("postfix/smtpd[7]: connect from a[192.0.2.1]\\n")
    let parsed = Parsed(stream: [part, part, last, next].joined(separator: "\n").utf8)
    #expect(parsed.events.count == 1)
    #expect(parsed.passedOver == [.tooLong: 1])
  }

  @Test func `a record in the middle of plain lines is found, and all behind it`() {
    let plain = "Nov 20 10:00:01 mx1 postfix/smtpd[7]: connect from a[192.0.2.1]"
    let record = docker("postfix/smtpd[7]: connect from b[192.0.2.2]\\n")
    let runtime = "2026-11-21T10:00:01.5+01:00 stdout F \(plain)"
    for envelope in [record, runtime] {
      let text = [plain, envelope, plain, envelope, plain].joined(separator: "\n")
      #expect(Parsed(stream: text.utf8).events.count == 5)
      var parser = LineParser()
      var batch = EventBatch()
      let bytes = Array(text.utf8)
      parser.parse(bytes.span, into: &batch)
      #expect(batch.events.count == 1)
      #expect(batch.envelopeStart == plain.utf8.count + 1)
    }
  }

  @Test func `a line at the limit is read, one beyond it is dropped and counted`() {
    let front = "Nov 20 10:00:01 mx1 postfix/smtpd[7]: connect from "
    for (length, isKept) in [(65_536, true), (65_537, false)] {
      let line = front + String(repeating: "x", count: length - front.utf8.count)
      let parsed = Parsed(stream: "\(line)\n\(front)a\n".utf8)
      #expect(parsed.events.count == (isKept ? 2 : 1))
      #expect(parsed.passedOver == (isKept ? [:] : [.tooLong: 1]))
    }
  }
}
