import MailLog
import Platform
import TestSupport
import Testing

@testable import HTTPAPI

struct LimitTests {
  @Test func `header fields end at 16 KiB`() async throws {
    try await ServedLog.sample().serve { log in
      let fits = "X-Large: " + String(repeating: "x", count: 15_000)
      #expect(try log.ask("/healthz", [fits]).status == 200)
      let large = "X-Large: " + String(repeating: "x", count: 17_000)
      let many = (0..<300).map { "X-\($0): \(String(repeating: "x", count: 100))" }
      for fields in [[large], many] {
        let response = try log.ask("/healthz", fields)
        #expect(response.status == 431)
        #expect(
          try JSONValue(response)["detail"].text == "the header fields are larger than 16 KiB"
        )
        #expect(response.fields["connection"] == "close")
      }
    }
  }

  @Test func `a target ends at 8 KiB, and one without end is cut off`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/healthz?" + String(repeating: "x", count: 9_000))
      #expect(response.status == 414)
      let client = try RawClient(log.socketPath)
      client.send("GET /")
      while client.send(String(repeating: "x", count: 10_000)) {}
      #expect(try client.readResponse().status == 431)
    }
  }

  @Test func `a body of no use ends at 1 MiB`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/healthz", ["Content-Length: 1048577"])
      #expect(response.status == 413)
      #expect(try JSONValue(response)["detail"].text == "the body is larger than 1 MiB")
      let small = try log.ask("/healthz", ["Content-Length: 3"], body: "abc")
      #expect(small.status == 200)
      // How long it becomes nobody knows: it is not read.
      let chunked = try log.ask("/healthz", ["Transfer-Encoding: chunked"])
      #expect(chunked.fields["connection"] == "close")
    }
  }

  @Test func `who is refused may send on, but not for ever`() async throws {
    var options = HTTPServer.Options.patient
    for (linger, sendsAll) in [(Duration.seconds(600), true), (.milliseconds(10), false)] {
      options.limits.linger = linger
      try await ServedLog.sample().serve(options) { log in
        let client = try RawClient(log.socketPath)
        client.send(
          "POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"
        )
        // Answered before its body comes.
        #expect(try client.readResponse().status == 415)
        #expect(client.readToEnd().isEmpty)
        let piece = [UInt8](repeating: 120, count: 100_000)
        if sendsAll {
          #expect((0..<900).allSatisfy { _ in client.send(piece) })
          client.finish()
        } else {
          while client.send("x") {}
        }
      }
    }
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
  ])
  func `what is no request gets a problem and the end`(text: String) async throws {
    try await ServedLog.sample().serve { log in
      let client = try RawClient(log.socketPath)
      client.send(text)
      let response = try client.readResponse()
      #expect(response.status == (text.contains("9.9") ? 505 : 400))
      #expect(response.fields["content-type"] == "application/problem+json")
      #expect(client.readToEnd().isEmpty)
    }
  }

  @Test func `what is no request is refused after the answers before it`() async throws {
    try await ServedLog.sample().serve { log in
      let client = try RawClient(log.socketPath)
      let good = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
      client.send(good + good + "nonsense\r\n\r\n")
      let text = String(decoding: client.readToEnd(), as: UTF8.self)
      let lines = text.split(whereSeparator: \.isNewline)
      let statuses = lines.filter { $0.hasPrefix("HTTP/1.1 ") }.map { $0.dropFirst(9).prefix(3) }
      #expect(statuses == ["200", "200", "400"])
    }
  }

  /// A log whose report is too large for the socket's buffers.
  private static func large(_ count: Int = 1_500) throws -> ServedLog {
    var log = try ServedLog.sample()
    for number in 0..<count {
      log.send("account-number-\(number)@a-rather-long-domain.example.org", on: "2026-11-21")
    }
    return log
  }

  private static let wanted = "GET /v1/report/tls HTTP/1.1\r\nHost: localhost\r\n\r\n"

  @Test func `clients that never send or never read cost a good one nothing`() async throws {
    try await Self.large().serve { log in
      let dead = try (0..<100).map { number in
        let client = try RawClient(log.socketPath)
        if number % 4 == 1 { client.send("GET /v1/insi") }
        if number % 4 > 1 {
          client.send(Self.wanted)
          // The answer is on its way; no more of it is taken.
          _ = client.read(atMost: 1)
        }
        return client
      }
      for _ in 0..<3 {
        #expect(try log.ask("/v1/insight").status == 200)
      }
      let metrics = try log.ask("/metrics").text
      #expect(metrics.contains("\nsubmitwatch_http_connections 32\n"))
      #expect(dead.count == 100)
    }
  }

  @Test func `answers that nobody takes do not fill the memory`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.heldBytes = 3_000_000
    try await Self.large(5_000).serve(options) { log in
      let size = try log.ask("/v1/report/tls").body.count
      let stalled = try (0..<5).map { _ in
        let client = try RawClient(log.socketPath)
        client.send(Self.wanted)
        _ = client.read(atMost: 1)
        return client
      }
      #expect(try log.ask("/v1/report/tls").body.count == size)
      let whole = stalled.filter { $0.readToEnd(atMost: size) >= size }
      #expect(whole.count <= 3_000_000 / size)
    }
  }

  @Test func `the one that kept us waiting longest makes place`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.connectionsPerUser = 3
    try await ServedLog.sample().serve(options) { log in
      let clients = try (0..<4).map { _ in
        let client = try RawClient(log.socketPath)
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.readResponse().status == 200)
        return client
      }
      #expect(clients[0].readToEnd().isEmpty)
      for client in clients.dropFirst() {
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try client.readResponse().status == 200)
      }
    }
  }

  @Test func `where all are busy a new one is told to come again`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.connections = 1
    options.now = { Timestamp(seconds: 784_111_777) }
    let reached = Locked(false)
    let importLog: ImportHandler = { request in
      reached.withLock { $0 = true }
      while !Task.isCancelled, reached.withLock(\.self) { await Task.yield() }
      return ImportOutcome([], submissions: 0, alreadyCounted: 0)
    }
    try await ServedLog.sample().serve(options, importLog: importLog) { log in
      let busy = try RawClient(log.socketPath)
      busy.send(
        "POST /v1/import HTTP/1.1\r\nHost: localhost\r\n\(RuleTests.octets)\r\nContent-Length: 0\r\n\r\n"
      )
      #expect(becomes { reached.withLock(\.self) })
      let response = try log.ask("/healthz")
      #expect(response.status == 503)
      #expect(response.fields["date"] == "Sun, 06 Nov 1994 08:49:37 GMT")
      #expect(
        try JSONValue(response)["detail"].text
          == "too many connections are open and busy: try again"
      )
      reached.withLock { $0 = false }
      #expect(try busy.readResponse().status == 200)
    }
  }

  @Test func `who sends nothing, or half a head, is closed`() async throws {
    var options = HTTPServer.Options.patient
    options.limits.idle = .milliseconds(50)
    try await ServedLog.sample().serve(options) { log in
      for text in ["", "GET /healthz HTTP/1.1\r\nHost: local"] {
        let client = try RawClient(log.socketPath)
        client.send(text)
        #expect(client.readToEnd().isEmpty)
      }
      // On a busy machine this client may send nothing for too long as well.
      #expect(
        becomes {
          guard let client = try? RawClient(log.socketPath) else { return false }
          client.send(Self.wanted)
          return !client.readToEnd().isEmpty
        }
      )
    }
  }

  @Test func `who takes nothing is closed`() async throws {
    var options = HTTPServer.Options.patient
    // Short to wait for, long for a busy machine: who takes its answer is asked, too.
    options.limits.stalled = .milliseconds(500)
    try await Self.large().serve(options) { log in
      let size = try log.ask("/v1/report/tls").body.count
      let stalled = try RawClient(log.socketPath)
      stalled.send(Self.wanted)
      // It is being answered: some of the answer is there, and none is taken.
      #expect(stalled.read(atMost: 1).count == 1)
      // A client whose socket is closed cannot be told from a slow one without reading: ask others.
      let alone = "\nsubmitwatch_http_connections 1\n"
      #expect(becomes { (try? log.ask("/metrics").text.contains(alone)) == true })
      #expect(stalled.readToEnd().count < size)
    }
  }
}
