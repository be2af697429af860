import MailLog
import Platform
import TestSupport
import Testing

@testable import HTTPAPI

struct CachingTests {
  @Test func `a response has its date, where the server has a clock`() async throws {
    var options = HTTPServer.Options.patient
    // RFC 9110, section 5.6.7.
    options.now = { Timestamp(seconds: 784_111_777) }
    let asked: [(String, [String])] = [
      ("/v1/insight", []), ("/v1/insight", ["If-None-Match: *"]), ("/", []), ("/nothing", []),
      ("/healthz", ["Host: second"]),
    ]
    try await ServedLog.sample().serve(options) { log in
      for (target, fields) in asked {
        let date = try log.ask(target, fields).fields["date"]
        #expect(date == "Sun, 06 Nov 1994 08:49:37 GMT", "\(target) \(fields)")
      }
    }
    try await ServedLog.sample().serve { log in
      let fields = try log.ask("/v1/insight").fields
      #expect(fields["date"] == nil)
    }
  }

  @Test func `what did not change is not sent again`() async throws {
    try await ServedLog.sample().serve { log in
      for path in [
        "/v1/insight", "/v1/status", "/metrics", "/openapi.json", "/v1/report/tls?days=2",
      ] {
        let tag = try #require(try log.ask(path).fields["etag"])
        for field in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
          let again = try log.ask(path, ["If-None-Match: " + field])
          #expect(again.status == 304, "\(path) \(field)")
          #expect(again.fields["etag"] == tag)
          #expect(again.body.isEmpty)
        }
        #expect(try log.ask(path, ["If-None-Match: \"other\""]).status == 200)
      }
    }
  }

  @Test func `another question, form or generation has another tag`() async throws {
    let log = try ServedLog.sample()
    let first = Locked<[String]>([])
    try await log.serve { log in
      let tags = [
        try log.ask("/v1/report/tls").fields["etag"],
        try log.ask("/v1/report/tls?days=2").fields["etag"],
        try log.ask("/v1/report/tls?days=2", ["Accept: text/csv"]).fields["etag"],
        try log.ask("/v1/report/volume?days=2").fields["etag"],
      ]
      #expect(Set(tags).count == 4)
      first.withLock { $0 = tags.compactMap(\.self) }
    }
    var later = log
    later.published.generation += 1
    try await later.serve { log in
      let tag = try log.ask("/v1/report/tls").fields["etag"]
      #expect(tag.map(first.withLock(\.self).contains) == false)
    }
  }

  @Test func `any answer is known already, but no refusal`() async throws {
    try await ServedLog.sample().serve { log in
      let paths = ["/v1/report/tls", "/v1/report/tls?sort=bogus", "/v1/sender?address=nobody@x"]
      let statuses = try paths.map { try log.ask($0, ["If-None-Match: *"]).status }
      #expect(statuses == [304, 400, 404])
    }
  }

  @Test func `that nothing changed has the tag of the answer that it stands for`() async throws {
    var sample = try ServedLog.sample()
    for number in 0..<50 { sample.send("user\(number)@example.org", on: "2026-11-21") }
    try await sample.serve { log in
      for path in ["/openapi.json", "/metrics", "/v1/report/tls"] {
        let plain = try #require(try log.ask(path).fields["etag"])
        let packed = try log.ask(path, ["Accept-Encoding: gzip"])
        #expect(packed.fields["content-encoding"] == "gzip")
        let tag = try #require(packed.fields["etag"])
        #expect(tag != plain)
        for known in [tag, "W/\(tag)", "\(plain), \(tag)"] {
          let again = try log.ask(path, ["Accept-Encoding: gzip", "If-None-Match: " + known])
          #expect(again.status == 304)
          #expect(again.fields["etag"] == tag, "\(path) \(known)")
          let bare = try log.ask(path, ["If-None-Match: " + known])
          #expect(bare.status == 304)
          #expect(bare.fields["etag"] == plain, "\(path) \(known)")
        }
      }
    }
  }

  @Test func `an answer is compressed where that is asked for`() async throws {
    try await ServedLog.sample().serve { log in
      let plain = try log.ask("/openapi.json")
      let packed = try log.ask("/openapi.json", ["Accept-Encoding: br, gzip;q=0.5"])
      #expect(packed.fields["content-encoding"] == "gzip")
      #expect(packed.body.count < plain.body.count / 3)
      let file = try log.folder.write(packed.body, to: "packed.gz")
      #expect(try Fixtures.content(ofFile: file) == plain.body)
      let tag = try #require(packed.fields["etag"])
      #expect(tag.hasSuffix("-gzip\""))
      #expect(try log.ask("/openapi.json", ["If-None-Match: " + tag]).status == 304)
      for field in ["gzip;q=0", "identity", "br"] {
        let answer = try log.ask("/openapi.json", ["Accept-Encoding: " + field])
        #expect(answer.fields["content-encoding"] == nil)
        #expect(answer.body == plain.body)
      }
    }
  }
}
