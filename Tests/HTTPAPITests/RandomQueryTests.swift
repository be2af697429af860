import TestSupport
import Testing

@testable import HTTPAPI

/// Random questions: each is answered, and none makes the server fail.
struct RandomQueryTests {
  private static let pieces = [
    "start", "end", "days", "domain", "by", "per-day", "sort", "search", "limit", "cursor",
    "timezone", "minimum", "address", "name", "=", "=", "=", "&", "&", "&", "%", "%00", "%FF",
    "%C3%A9", "+", "-", "-1", "0", "1", "7", "730", "731", "999999999999999999999", "2026-11-21",
    "2026-11-20", "9999-12-31", "0000-00-00", "1970-01-01", "account", "sender", "network",
    "(none)", "%3C%3E", "true", "false", "UTC", "messages", "-messages", "date", "tls1.3", "1.2",
    "\u{e9}", "\u{1f600}", "'", "\"", ";", "\\", "\\xE9", "@", "example.org", "..", "/", "?", "#",
  ]

  @Test(arguments: 0..<4) func `no question makes the server fail`(seed: UInt64) async throws {
    try await ServedLog.sample().serve { log in
      var numbers = SeededNumbers(seed)
      let paths = Route.all.map(\.path) + ["/", "/v1", "/v1/report/", "//", "/v1/insight/"]
      for _ in 0..<250 {
        var target = paths.randomElement(using: &numbers) ?? "/"
        if let known = Route.all.first(where: { $0.path == target })?.parameters.randomElement(
          using: &numbers
        ) {
          target += "?\(known.name)="
        } else {
          target += "?"
        }
        for _ in 0..<Int.random(in: 0...8, using: &numbers) {
          target += Self.pieces.randomElement(using: &numbers) ?? ""
        }
        let accept = ["*/*", "text/csv", "application/json", ";q=", "text/plain"]
          .randomElement(using: &numbers)
        let width = ["20", "80", "1000", "0", "x"].randomElement(using: &numbers) ?? ""
        let response = try log.ask(
          target,
          ["Accept: \(accept ?? "")", "Submitwatch-Width: \(width)"]
        )
        #expect([200, 400, 404, 405, 406].contains(response.status), "\(target)")
        if response.fields["content-type"]?.contains("json") == true {
          _ = try JSONValue(response)
        }
      }
    }
  }
}
