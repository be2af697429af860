import Foundation
import Reports
import TestSupport
import Testing

@testable import HTTPAPI

struct MetricsTests {
  /// Asks for Prometheus' text format 0.0.4.
  private static let older = "Accept: text/plain;version=0.0.4"

  @Test func `promtool has nothing to say`() async throws {
    try await ServedLog.sample().serve { log in
      let file = try log.folder.write(log.ask("/metrics", [Self.older]).body, to: "metrics")
      let promtool = Process()
      promtool.executableURL = URL(fileURLWithPath: "/bin/sh")
      promtool.arguments = ["-c", "promtool check metrics <'\(file)' 2>&1"]
      let output = Pipe()
      promtool.standardOutput = output
      try promtool.run()
      let said = output.fileHandleForReading.readDataToEndOfFile()
      promtool.waitUntilExit()
      #expect(String(decoding: said, as: UTF8.self) == "")
      #expect(promtool.terminationStatus == 0)
    }
  }

  @Test func `the figures are those of the status`() async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/metrics", [Self.older])
      #expect(response.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      for line in [
        "# TYPE submitwatch_lines_used_total counter", "submitwatch_lines_used_total 5",
        "submitwatch_lines_passed_over_total{reason=\"delivery\"} 2",
        "submitwatch_entries_dropped_total{table=\"sessions\"} 1",
        "submitwatch_source_lag_seconds{source=\"/var/log/mail.log\"} 2",
        "submitwatch_saved_age_seconds 5", "submitwatch_state{state=\"ok\"} 1",
        "submitwatch_build_info{version=\"1.2.3\"} 1", "submitwatch_http_connections 1",
      ] {
        #expect(response.text.contains(line + "\n"), "\(line)")
      }
      #expect(response.text.hasSuffix("\n# EOF\n"))
      #expect(!response.text.contains("example.org"))
    }
  }

  @Test(arguments: [
    [], ["Accept: */*"], ["Accept: text/plain, application/openmetrics-text"],
    ["Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5"],
  ])
  func `OpenMetrics is what comes unless the older format is more welcome`(
    fields: [String]
  ) async throws {
    try await ServedLog.sample().serve { log in
      let response = try log.ask("/metrics", fields)
      #expect(
        response.fields["content-type"]
          == "application/openmetrics-text; version=1.0.0; charset=utf-8"
      )
      // A counter's family is named without its suffix.
      #expect(response.text.contains("# TYPE submitwatch_lines_used counter\n"))
      #expect(response.text.contains("\nsubmitwatch_lines_used_total 5\n"))
      #expect(response.text.hasSuffix("\n# EOF\n"))
      let less = "Accept: text/plain, application/openmetrics-text;q=0.9"
      let older = try log.ask("/metrics", [less])
      #expect(older.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  @Test func `a source's name cannot break a line`() async throws {
    var log = try ServedLog()
    log.published.status.sources[0].name = "a\"b\\c\nd"
    try await log.serve { log in
      let text = try log.ask("/metrics").text
      #expect(text.contains("source_lines_total{source=\"a\\\"b\\\\\\\\c\\\\x0Ad\"} 7\n"))
    }
  }
}
