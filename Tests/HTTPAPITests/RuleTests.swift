import TestSupport
import Testing

@testable import HTTPAPI

struct RuleTests {
  @Test func `only names of this host are answered`() async throws {
    var options = HTTPServer.Options.patient
    options.hosts = ["Mail.Example.org", "[2001:DB8::1]"]
    try await ServedLog.sample().serve(options) { log in
      for host in [
        "localhost", "LOCALHOST:8025", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:8025",
        "mail.example.org", "[2001:db8::1]:8025", "localhost:65535",
      ] {
        #expect(try log.ask("/healthz", host: host).status == 200, "\(host)")
      }
      for host in [
        "example.org", "localhost.example.org", "192.0.2.1", "[::2]", "mail.example.org.evil",
        "", ":80", "[::1", "[::1]x", "[]", "[localhost]", "localhost:", "localhost:abc",
        "localhost:0", "localhost:99999", "localhost:+80", "localhost:80:80", "127.0.0.1:", "::1",
      ] {
        #expect(try log.ask("/healthz", host: host).status == 421, "\(host)")
      }
      let response = try log.ask("/healthz", host: "evil.example")
      #expect(
        try JSONValue(response)["detail"].text
          == "this server is not 'evil.example': use localhost, or list the name under http.hosts"
      )
      // The absolute form has the host that counts, RFC 9112, section 3.2.2.
      #expect(try log.ask("http://evil.example/healthz").status == 421)
      #expect(try log.ask("http://localhost/healthz", host: "evil.example").status == 200)
    }
  }

  @Test func `HTTP 1.1 has exactly one Host`() async throws {
    try await ServedLog.sample().serve { log in
      for fields in ["", "Host: localhost\r\nHost: localhost\r\n"] {
        let client = try RawClient(log.socketPath)
        client.send("GET /healthz HTTP/1.1\r\n\(fields)\r\n")
        let response = try client.readResponse()
        #expect(response.status == 400)
        #expect(try JSONValue(response)["detail"].text == "a request has exactly one Host field")
        #expect(client.readToEnd().isEmpty)
      }
    }
  }

  static let octets = "Content-Type: application/octet-stream"

  @Test func `an import is handed on as it comes`() async throws {
    let importLog: ImportHandler = { request in
      var count: UInt64 = 0
      for try await element in request.body {
        switch element {
        case .file(let name, let modified): #expect(name == "mail.log.1" && modified == nil)
        case .bytes(let bytes): count += UInt64(bytes.count)
        }
      }
      #expect(request.year == 2026)
      let file = ImportOutcome.File(
        name: "mail.log.1",
        lines: count,
        used: 7,
        passedOver: ["blank": 5, "delivery": 4]
      )
      return ImportOutcome([file], submissions: 2, alreadyCounted: 1)
    }
    try await ServedLog.sample().serve(importLog: importLog) { log in
      let client = try RawClient(log.socketPath)
      let target = "/v1/import?name=mail.log.1&year=2026"
      let size = 3_000_000
      client.send(
        "POST \(target) HTTP/1.1\r\nHost: localhost\r\n\(Self.octets)\r\nContent-Length: \(size)\r\n"
          + "Expect: 100-continue\r\n\r\n"
      )
      #expect(try client.readResponse(hasBody: false).status == 100)
      for _ in 0..<30 { client.send(String(repeating: "x", count: size / 30)) }
      let response = try client.readResponse()
      #expect(response.status == 200)
      #expect(
        response.text == """
          {"lines":3000000,"submissions":2,"alreadyCounted":1,"tooOld":0,"used":7,\
          "passedOver":{"blank":5,"delivery":4}}

          """
      )
      client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.readResponse().status == 200)
    }
  }

  @Test func `a zone that does not exist is a wrong parameter`() async throws {
    let importLog: ImportHandler = { _ in throw ImportRefusal(.unknownZone, "no zone") }
    try await ServedLog.sample().serve(importLog: importLog) { log in
      let fields = [Self.octets, "Content-Length: 0"]
      let response = try log.ask("/v1/import?log-timezone=Mars", method: "POST", fields)
      #expect(response.status == 400)
      let problem = try JSONValue(response)
      #expect(problem["code"].text == "bad-parameter")
      #expect(problem["parameter"].text == "log-timezone")
      #expect(problem["value"].text == "Mars")
      let allowed = "a time zone such as Europe/Berlin, or UTC±HH:MM"
      #expect(problem["allowed"].text == allowed)
      #expect(problem["detail"].text == "log-timezone cannot be 'Mars': it must be \(allowed)")
    }
  }

  @Test func `a refused import says why`() async throws {
    for (code, status) in [(ImportRefusal.Code.busy, 409), (.badData, 422), (.unavailable, 503)] {
      let importLog: ImportHandler = { _ in throw ImportRefusal(code, "because") }
      try await ServedLog.sample().serve(importLog: importLog) { log in
        let response = try log.ask(
          "/v1/import",
          method: "POST",
          [Self.octets, "Content-Length: 0"]
        )
        #expect(response.status == status)
        #expect(try JSONValue(response)["detail"].text == "because")
      }
    }
  }

  @Test func `an import that fails otherwise is a problem too`() async throws {
    struct Failure: Error, CustomStringConvertible { let description = "the disk is full" }
    try await ServedLog.sample().serve(importLog: { _ in throw Failure() }) { log in
      let response = try log.ask("/v1/import", method: "POST", [Self.octets, "Content-Length: 0"])
      #expect(response.status == 503)
      #expect(try JSONValue(response)["detail"].text == "the import failed: the disk is full")
    }
  }

  @Test(arguments: [
    (
      ["Content-Type: text/plain"], 415,
      "the body must have the Content-Type application/octet-stream"
    ),
    ([], 415, "the body must have the Content-Type application/octet-stream"),
    (
      [octets, "Origin: http://evil.example"], 403,
      "a page of 'http://evil.example' may not do this"
    ),
    ([octets, "Origin: null"], 403, "a page of 'null' may not do this"),
    (
      [octets, "Origin: http://localhost:81"], 403,
      "a page of 'http://localhost:81' may not do this"
    ),
    ([octets, "Sec-Fetch-Site: cross-site"], 403, "a page of another site may not do this"),
    ([octets, "Sec-Fetch-Site: same-site"], 403, "a page of another site may not do this"),
    (
      [octets, "Origin: http://localhost", "Sec-Fetch-Site: same-origin"], 409, "not now"
    ),
  ])
  func `a post must not come from a foreign page`(
    fields: [String],
    status: Int,
    detail: String
  ) async throws {
    try await ServedLog.sample().serve { log in
      let all = fields + ["Content-Length: 1"]
      let response = try log.ask("/v1/import", method: "POST", all, body: "x")
      #expect(response.status == status)
      #expect(try JSONValue(response)["detail"].text == detail)
      #expect(response.fields["connection"] == "close")
    }
  }

  @Test func `administrators are root, the daemon and the members of a group`() throws {
    let root = Administrators(group: "root")
    #expect(root.includes(PeerUser(id: 0)))
    #expect(root.includes(.own))
    // A user whose primary group it is.
    #expect(Administrators(group: "daemon").includes(PeerUser(id: 1)))
    // Debian: `nobody` is 65534, and in no group but its own.
    #expect(!root.includes(PeerUser(id: 65_534)))
    #expect(Administrators(group: "nogroup").includes(PeerUser(id: 65_534)))
    #expect(!Administrators(group: "no-such-group").includes(PeerUser(id: 65_534)))
    #expect(!root.includes(PeerUser(id: 3_999_999_999)))
  }
}
