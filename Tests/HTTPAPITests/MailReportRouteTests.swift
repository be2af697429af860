import Languages
import MailLog
import Platform
import TestSupport
import Testing

@testable import HTTPAPI

struct MailReportRouteTests {
  private static func post(_ log: ServedLog, _ body: String) throws -> RawResponse {
    try log.ask(
      "/v1/mail-report",
      method: "POST",
      ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"],
      body: body
    )
  }

  @Test func `a report is handed on with its period and who asks`() async throws {
    let asked = Locked<[MailReportRequest]>([])
    let handler: MailReportHandler = { request in asked.withLock { $0.append(request) } }
    try await ServedLog.sample().serve(mailReport: handler) { log in
      let plain = try Self.post(log, #"{"recipients":["a@example.org"]}"#)
      #expect(plain.status == 202)
      #expect(
        plain.text == #"{"recipients":["a@example.org"],"start":"2026-11-15","end":"2026-11-21","#
          + #""timezone":"UTC","domain":null,"language":"en"}"# + "\n"
      )
      let whole = try Self.post(
        log,
        #"{"recipients":["a@example.org","b@example.org"],"start":"2026-11-01","days":7,"#
          + #""domain":"example.org","language":"nl"}"#
      )
      let document = try JSONValue(log.ask("/openapi.json"))
      let schema = document["components"]["schemas"]["MailReport"]
      for answer in [plain, whole] {
        #expect(try SchemaCheck(document).problems(JSONValue(answer), schema, at: "answer") == [])
      }
    }
    let requests = asked.withLock { $0 }
    #expect(requests.map(\.recipients.count) == [1, 2])
    #expect(requests.map(\.days.upperBound.text) == ["2026-11-21", "2026-11-07"])
    #expect(requests.map(\.domain) == [nil, "example.org"])
    #expect(requests.map(\.language) == [.english, .dutch])
    #expect(requests.map(\.user) == [PeerUser.own, PeerUser.own])
  }

  @Test(arguments: [
    ("", nil), ("[]", nil), ("{}", "recipients"), (#"{"recipients":"a@x.example"}"#, "recipients"),
    (#"{"recipients":[]}"#, "recipients"),
    (#"{"recipients":["a@x.example\r\nBcc: b"]}"#, "recipients"),
    (#"{"recipients":["a"],"days":true}"#, "days"), (#"{"recipients":["a"],"days":1.5}"#, "days"),
    (#"{"recipients":["a"],"days":0}"#, "days"), (#"{"recipients":["a"],"days":"7"}"#, "days"),
    (#"{"recipients":["a"],"start":"2026-02-30"}"#, "start"),
    (#"{"recipients":["a"],"start":"2026-11-21","end":"2026-11-20"}"#, "end"),
    (#"{"recipients":["a"],"start":"2000-01-01"}"#, "start"),
    (#"{"recipients":["a"],"language":"fr"}"#, "language"),
    (#"{"recipients":["a"],"domain":""}"#, "domain"), (#"{"recipients":["a"],"cc":["b"]}"#, "cc"),
  ])
  func `what makes no report is refused, with what is wrong`(
    body: String,
    parameter: String?
  ) async throws {
    try await ServedLog.sample().serve { log in
      let answer = try Self.post(log, body)
      #expect(answer.status == 400)
      #expect(try JSONValue(answer)["parameter"].text == parameter)
    }
  }

  @Test func `who may not get it is named, and what to do`() async throws {
    let handler: MailReportHandler = { request in
      switch request.recipients[0] {
      case "no address": throw MailReportRefusal(.badAddress("no address"))
      case "full@x.example": throw MailReportRefusal(.full)
      case let other: throw MailReportRefusal(.notAllowed(other))
      }
    }
    var options = HTTPServer.Options.patient
    options.configuration = "/srv/mail/watch.yaml"
    try await ServedLog.sample().serve(options, mailReport: handler) { log in
      let bad = try Self.post(log, #"{"recipients":["no address"]}"#)
      #expect(bad.status == 400)
      let detail =
        "recipients cannot be 'no address': it must be an address such as postmaster@example.org"
      #expect(try JSONValue(bad)["detail"].text == detail)
      let other = try Self.post(log, #"{"recipients":["a@x.example"]}"#)
      #expect(other.status == 403)
      #expect(try JSONValue(other)["code"].text == "recipient-not-allowed")
      #expect(try JSONValue(other)["value"].text == "a@x.example")
      let text = try JSONValue(other)["detail"].text ?? ""
      #expect(
        text == "reports may not be sent to 'a@x.example': list it, or its domain, under"
          + " reports.allowed-recipients in /srv/mail/watch.yaml"
      )
      #expect(try Self.post(log, #"{"recipients":["full@x.example"]}"#).status == 503)
      #expect(try log.ask("/v1/mail-report").status == 405)
      #expect(try log.ask("/v1/mail-report", method: "POST", ["Content-Length: 0"]).status == 415)
    }
  }
}
