import Reports
import MailLog
import TestSupport
import Testing

@testable import HTTPAPI

struct RouteTests {
  @Test func `the insight is JSON`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/insight")
      #expect(response.status == 200)
      #expect(response.fields["content-type"] == "application/json")
      let json = try JSONValue(response)
      #expect(json["view"].text == "insight")
      #expect(json["start"].text == "2026-11-15")
      #expect(json["total"]["messages"].number == 6)
    }
  }

  @Test func `a report comes as CSV where that is asked for`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/v1/report/volume", ["Accept: text/csv"])
      #expect(response.fields["content-type"] == "text/csv; charset=utf-8; header=present")
      #expect(
        response.text == """
          sender,domain,messages,recipients,bytes
          alice@example.org,example.org,4,4,4000
          caf\\xE9@example.org,example.org,1,1,1000
          sales@example.net,example.net,1,1,1000

          """
      )
    }
  }

  @Test func `rows are chosen by period, domain, grouping, day and name`() async throws {
    try await ServedLog.sample().serve { log throws in
      func csv(_ query: String) throws -> String {
        try log.ask("/v1/report/volume?" + query, ["Accept: text/csv"]).text
      }
      let header = "messages,recipients,bytes\n"
      #expect(
        try csv("start=2026-09-01&days=2")
          == "sender,domain,\(header)old@example.org,example.org,1,1,1000\n"
      )
      #expect(
        try csv("domain=example.net&by=account")
          == "account,domain,\(header)bob,example.net,1,1,1000\n"
      )
      #expect(
        try csv("by=domain&days=1")
          == "domain,\(header)example.net,1,1,1000\nexample.org,1,1,1000\n"
      )
      #expect(
        try csv("search=ALICE&per-day") == """
          date,sender,domain,messages,recipients,bytes
          2026-11-20,alice@example.org,example.org,3,3,3000
          2026-11-21,alice@example.org,example.org,1,1,1000

          """
      )
    }
  }

  @Test func `every list can be read in pages`() async throws {
    var log = try ServedLog.sample()
    log.fail("admin", on: "2026-11-20", client: "203.0.113.5")
    log.send("older@example.net", on: "2026-09-02")
    let targets = [
      "/v1/report/volume?days=90", "/v1/report/tls?by=domain&per-day=true&days=90",
      "/v1/failures?", "/v1/cutoff?minimum=1.3&days=90", "/v1/idle?days=30",
      "/v1/domains?days=90", "/v1/alerts?",
    ]
    let paged = Route.all.filter { $0.parameters.contains { $0.name == "cursor" } }.map(\.path)
    #expect(Set(targets.map { String($0.prefix { $0 != "?" }) }) == Set(paged))
    try await log.serve { log throws in
      for target in targets {
        func rows(_ page: JSONValue) throws -> [String] {
          try page["rows"].items.map { try $0.sortedText }
        }
        let all = try rows(JSONValue(log.ask(target)))
        var (read, cursor): ([String], String) = ([], "")
        repeat {
          let page = try JSONValue(log.ask("\(target)&limit=1\(cursor)"))
          #expect(page["rows"].items.count == 1)
          read += try rows(page)
          cursor = page["next"].text.map { "&cursor=" + $0 } ?? ""
        } while !cursor.isEmpty
        #expect(read == all, "\(target)")
        #expect(all.count > 1, "\(target)")
      }
    }
  }

  @Test func `the zone of the daemon may be typed as it is`() async throws {
    var sample = try ServedLog.sample()
    sample.published.zone = try #require(ZoneRules(fixed: "UTC+05:45"))
    try await sample.serve { log in
      for (zone, status) in [("UTC+05:45", 200), ("UTC%2B05%3A45", 200), ("UTC-05:45", 400)] {
        let answer = try log.ask("/v1/insight?timezone=\(zone)")
        #expect(answer.status == status, "\(zone)")
      }
    }
  }

  @Test func `the next page of CSV is a link`() async throws {
    try await ServedLog.sample().serve { log in
      let first = try log.ask("/v1/report/volume?limit=2&search=e", ["Accept: text/csv"])
      let link = try #require(first.fields["link"])
      #expect(link.hasPrefix("</v1/report/volume?cursor="))
      #expect(link.hasSuffix("&limit=2&search=e>; rel=\"next\""))
      let target = String(link.dropFirst().prefix { $0 != ">" })
      let second = try log.ask(target, ["Accept: text/csv"])
      #expect(second.text.hasSuffix("bytes\nsales@example.net,example.net,1,1,1000\n"))
      #expect(second.fields["link"] == nil)
    }
  }

  @Test func `failures, cutoff, idle and domains have their rows`() async throws {
    try await ServedLog.sample().serve { log in
      let failures = try JSONValue(log.ask("/v1/failures?by=network"))
      #expect(failures["rows"][0]["network"].text == "203.0.113.0/24")
      let cutoff = try JSONValue(log.ask("/v1/cutoff?minimum=1.3"))
      #expect(cutoff["total"]["below"].number == 3)
      let idle = try JSONValue(log.ask("/v1/idle?days=30"))
      #expect(idle["rows"].items.map { $0["account"].text } == ["old@example.org"])
      let domains = try JSONValue(log.ask("/v1/domains"))
      #expect(domains["rows"].items.map { $0["domain"].text } == ["example.org", "example.net"])
    }
  }

  @Test func `a sender has its accounts, an account its senders`() async throws {
    try await ServedLog.sample().serve { log in
      let sender = try JSONValue(log.ask("/v1/sender?address=sales%40example.net"))
      #expect(sender["accounts"][0]["account"].text == "bob")
      #expect(sender["total"]["tls"]["1.0"].number == 1)
      #expect(sender["days"].items.count == 7)
      #expect(sender["mechanisms"][0]["account"].text == "bob")
      #expect(sender["clients"][0]["account"].text == "bob")
      #expect(sender["clients"][0]["network"].text == "192.0.2.0/24")
      #expect(sender["rejections"].number == 0)
      let account = try JSONValue(log.ask("/v1/account?name=BOB&days=1"))
      #expect(account["senders"][0]["sender"].text == "sales@example.net")
      #expect(account["clients"][0]["network"].text == "192.0.2.0/24")
      #expect(account["clients"][0]["tls"].text == "1.0")
      #expect(account["clients"][0]["messages"].number == 1)
      #expect(account["mechanisms"][0]["mechanism"].text == "PLAIN")
      #expect(account["rejections"].number == 0)
    }
  }

  @Test func `names are found as they are shown`() async throws {
    var log = try ServedLog.sample()
    log.send("bob+tag@example.org", as: "", on: "2026-11-21")
    try await log.serve { log in
      for name in ["caf%5CxE9@example.org", "bob+tag@example.org", "bob%2Btag@example.org"] {
        #expect(try log.ask("/v1/account?name=" + name).status == 200, "\(name)")
      }
      let null = try JSONValue(log.ask("/v1/sender?address=%3C%3E"))
      #expect(null["sender"].text == "<>")
      #expect(null["accounts"][0]["account"].text == "bob+tag@example.org")
    }
  }

  @Test func `HEAD tells the length only`() async throws {
    try await ServedLog.sample().serve { log in
      let whole = try log.ask("/v1/insight")
      let head = try log.ask("/v1/insight", method: "HEAD")
      #expect(head.status == 200)
      #expect(head.fields["content-length"] == "\(whole.body.count)")
      let client = try RawClient(log.socketPath)
      client.send("HEAD /v1/insight HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(String(decoding: client.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `any number of requests goes over one connection`() async throws {
    try await ServedLog.sample().serve { log in
      let client = try RawClient(log.socketPath)
      // More than a head may have, all together.
      let field = "X: " + String(repeating: "x", count: 1000)
      for _ in 0..<100 {
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
        #expect(try client.readResponse().text == "{\"state\":\"ok\"}\n")
      }
    }
  }

  @Test func `a client may end its side once it has asked, or speak HTTP 1.0`() async throws {
    try await ServedLog.sample().serve { log in
      for head in [
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /healthz HTTP/1.0\r\n\r\n",
      ] {
        let client = try RawClient(log.socketPath)
        client.send(head)
        client.finish()
        let text = String(decoding: client.readToEnd(), as: UTF8.self)
        #expect(text.hasSuffix("{\"state\":\"ok\"}\n"))
      }
    }
  }

  @Test func `the status is that of the daemon`() async throws {
    try await ServedLog.sample().serve { log in
      let json = try JSONValue(log.ask("/v1/status"))
      #expect(json["sources"][0]["name"].text == "/var/log/mail.log")
      #expect(json["savedAgeSeconds"].number == 5)
    }
  }

  @Test func `a critical state is no health`() async throws {
    var log = try ServedLog()
    log.published.status.warnings = [
      .noPermission(source: "/var/log/mail.log", user: "submitwatch")
    ]
    try await log.serve { log in
      let response = try log.ask("/healthz")
      #expect(response.status == 503)
      #expect(
        try JSONValue(response)["detail"].text
          == "'/var/log/mail.log' may not be read by user submitwatch"
      )
    }
  }
}
