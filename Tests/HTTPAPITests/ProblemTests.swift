import MailLog
import TestSupport
import Testing

@testable import HTTPAPI
@testable import Reports

struct ProblemTests {
  @Test(arguments: [
    ("/v1/nothing", 404, "there is nothing at '/v1/nothing': see /openapi.json"),
    ("/v1/insight?limit=x", 400, "limit cannot be 'x': it must be a number from 0 to 1000000"),
    (
      "/v1/insight?colour=red", 400,
      "there is no parameter 'colour' here: use one of start, end, days, domain, by, sort, limit,"
        + " minimum, timezone"
    ),
    ("/v1/status?x", 400, "there is no parameter 'x' here: use no parameters"),
    ("/v1/insight?days=1&days=2", 400, "days cannot be '2': it must be given once"),
    (
      "/v1/insight?start=2026-02-30", 400,
      "start cannot be '2026-02-30': it must be a date from 1970-01-01 to 9999-12-31, written"
        + " YYYY-MM-DD"
    ),
    (
      "/v1/insight?start=2026-01-02&end=2026-01-01", 400,
      "end cannot be '2026-01-01': it must be so that the period does not end before it starts"
    ),
    (
      "/v1/insight?start=2020-01-01", 400,
      "start cannot be '2020-01-01': it must be so that the period has at most 730 days"
    ),
    (
      "/v1/insight?start=2026-01-01&end=2026-01-02&days=2", 400,
      "days cannot be '2': it must be left out where start and end are given"
    ),
    (
      "/v1/cutoff?minimum=none", 400,
      "minimum cannot be 'none': it must be one of ssl3, 1.0, 1.1, 1.2, 1.3"
    ),
    (
      "/v1/report/tls?by=network", 400,
      "by cannot be 'network': it must be one of sender, account, domain"
    ),
    (
      "/v1/report/tls?sort=size", 400,
      "sort cannot be 'size': it must be one of sender, domain, messages, none, ssl3, tls1.0,"
        + " tls1.1, tls1.2, tls1.3, unknown, with - in front for the reverse"
    ),
    (
      "/v1/report/tls?domain=%FF", 400,
      "domain cannot be '%FF': it must be UTF-8, its bytes written %HH; text of 1 to 1024 bytes,"
        + " none of them a control character"
    ),
    (
      "/v1/report/tls?cursor=1-x", 400,
      "cursor cannot be '1-x': it must be the next of an answer to the same question"
    ),
    (
      "/v1/report/tls?timezone=Mars", 400,
      "timezone cannot be 'Mars': it must be 'UTC', the zone in which the daemon counts days"
    ),
    (
      "/v1/sender", 400,
      "address is missing: it must be text of 1 to 4096 bytes, none of them a control character"
    ),
    (
      "/v1/sender?address=", 400,
      "address cannot be '': it must be text of 1 to 4096 bytes, none of them a control character"
    ),
    ("/v1/sender?address=eve", 404, "no message of sender 'eve' is kept"),
  ])
  func `a problem says what is wrong and what is allowed`(
    target: String,
    status: Int,
    detail: String
  ) async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask(target)
      #expect(response.status == status)
      #expect(response.fields["content-type"] == "application/problem+json")
      #expect(try JSONValue(response)["detail"].text == detail)
      #expect(try JSONValue(response)["status"].number == status)
    }
  }

  private static let report = "/v1/mail-report"
  private static let days = "a number from 1 to 730"
  private static let text = "text of 1 to 200 bytes, none of them a control character"
  private static let texts =
    "a list of 1 to 50 texts of at most 254 bytes, without control characters"

  @Test(arguments: [
    (report, "{}", "recipients is missing: it must be \(texts)"),
    (report, #"{"recipients": []}"#, "recipients cannot be '[]': it must be \(texts)"),
    (report, #"{"recipients":["a"],"days":7.5}"#, "days cannot be '7.5': it must be \(days)"),
    (report, #"{"recipients":["a"],"days": true }"#, "days cannot be 'true': it must be \(days)"),
    (
      report, #"{"days": {"a":[1,"}"]} ,"recipients":["a"]}"#,
      #"days cannot be '{"a":[1,"}"]}': it must be \#(days)"#
    ),
    (
      report, #"{"days":1,"recipients":["a"],"days":2}"#,
      "days cannot be '2': it must be given once"
    ),
    (
      report, #"{"days":1,"recipients":["a,\"]"],"d\u0061ys":null}"#,
      "days cannot be 'null': it must be given once"
    ),
    (
      report, #"{"recipients":["a"],"days":1,"x":"y"}"#,
      "there is no parameter 'x' here: use one of recipients, start, end, days, domain, language"
    ),
    ("/v1/alerts/verdict", #"{"verdict":"legitimate"}"#, "id is missing: it must be \(text)"),
    (
      "/v1/alerts/verdict", #"{"id":"","verdict":"legitimate"}"#,
      "id cannot be '': it must be \(text)"
    ),
    ("/v1/alerts/test", #"{"sink":null}"#, "sink is missing: it must be \(text)"),
    ("/v1/alerts/test", #"{"sink":""}"#, "sink cannot be '': it must be \(text)"),
  ])
  func `a problem of a body says the same`(
    path: String,
    body: String,
    detail: String
  ) async throws {
    try await ServedLog.sample().serve { log in
      let fields = ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
      let response = try log.ask(path, method: "POST", fields, body: body)
      #expect(response.status == 400)
      #expect(try JSONValue(response)["detail"].text == detail)
      // What is missing has no value.
      let hasValue = try JSONValue(response)["value"].text != nil
      #expect(hasValue == !detail.contains("missing"))
    }
  }

  @Test func `a problem names the parameter and its value`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/insight?limit=-1")
      #expect(
        response.text == """
          {"type":"about:blank","title":"Bad Request","status":400,"code":"bad-parameter",\
          "detail":"limit cannot be '-1': it must be a number from 0 to 1000000",\
          "parameter":"limit","value":"-1","allowed":"a number from 0 to 1000000"}

          """
      )
    }
  }

  @Test(arguments: [
    (ReportView.idle, "days", "0", "1 or more"), (.volume, "limit", "-1", "0 or more"),
    (.failures, "by", "domain", "one of account, network"),
    (.cutoff, "minimum", "unknown", "ssl3, 1.0, 1.1, 1.2 or 1.3"),
    (.insight, "per-day", "true", "left out"),
    (.tls, "end", "2026-11-20", "2026-11-21, the first day, or later"),
  ])
  func `a question that makes no sense names the parameter that is wrong`(
    view: ReportView,
    name: String,
    value: String,
    allowed: String
  ) throws {
    let day = try #require(CivilDate("2026-11-21"))
    var query = ReportQuery(start: day, end: day, zone: .utc)
    switch name {
    case "days": query.idleDays = 0
    case "limit": query.limit = -1
    case "by": query.grouping = .domain
    case "minimum": query.minimum = .unknown
    case "per-day": query.isPerDay = true
    default: query.end = day.advanced(by: -1)
    }
    do throws(ReportError) {
      _ = try query.checkedGrouping(for: view)
      Issue.record("the question was answered")
    } catch {
      let problem = Problem(error)
      #expect(problem.parameter?.name == name)
      #expect(problem.parameter?.value == value)
      #expect(problem.parameter?.allowed == allowed)
      #expect(problem.detail == "\(name) cannot be '\(value)': it must be \(allowed)")
    }
  }

  @Test func `a method that does nothing is told what does`() async throws {
    try await ServedLog.sample().serve { log in
      let post = try log.ask("/v1/insight", method: "POST", ["Content-Length: 0"])
      #expect(post.status == 405)
      #expect(post.fields["allow"] == "GET, HEAD")
      #expect(try log.ask("/v1/import", method: "DELETE").fields["allow"] == "POST")
      #expect(try log.ask("localhost:1", method: "CONNECT").status == 405)
      #expect(try log.ask("*", method: "OPTIONS").status == 404)
    }
  }

  @Test(arguments: [
    ("text/csv", 406), ("image/png", 406), ("application/json;q=0", 406), ("*/*;q=0.1", 200),
    ("text/csv, application/*;q=0.1", 200), ("", 200),
    (" , ", 200), (";q=0", 406),
  ])
  func `what Accept does not allow is not sent`(accept: String, status: Int) async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/insight", ["Accept: " + accept])
      #expect(response.status == status)
    }
  }

  @Test func `the more welcome form is sent`() async throws {
    try await ServedLog.sample().serve { log in
      for (accept, type) in [
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"), ("text/*, */*;q=0.9", "text/csv"),
        ("*/*", "application/json"), ("text/csv;q=0.1, */*", "application/json"),
      ] {
        let fields = try log.ask("/v1/report/tls", ["Accept: " + accept]).fields
        #expect(fields["content-type"]?.hasPrefix(type) == true, "\(accept)")
      }
    }
  }
}
