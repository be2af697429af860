import Foundation
import TestSupport
import Testing

@testable import HTTPAPI

/// The page and its files, as the socket serves them.
struct DashboardTests {
  /// The folder of the sources.
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/HTTPAPI/Dashboard")

  @Test func `every file of the folder is in the program as it is, and no other`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let files = [Dashboard.page] + Dashboard.files
    #expect(files.map(\.name).sorted() == names.sorted())
    for file in files {
      let bytes = try Data(contentsOf: Self.folder.appending(path: file.name))
      #expect(file.bytes == Array(bytes), "\(file.name)")
    }
  }

  @Test func `the page comes under a strict policy`() async throws {
    try await ServedLog.sample().serve { log in
      let page = try log.ask("/")
      #expect(page.status == 200)
      #expect(page.fields["content-type"] == "text/html; charset=utf-8")
      #expect(page.fields["x-content-type-options"] == "nosniff")
      #expect(page.fields["cache-control"] == "private, no-cache")
      #expect(page.fields["vary"] == "accept, accept-encoding, accept-language")
      let policy = try #require(page.fields["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
      #expect(!policy.contains("unsafe"))
      #expect(!page.text.contains("<style") && !page.text.contains("style="))
      #expect(!page.text.contains("<script>") && !page.text.contains("onload="))
    }
  }

  @Test func `every file has its type and a tag`() async throws {
    try await ServedLog.sample().serve { log in
      for file in Dashboard.files + Dashboard.tables {
        let answer = try log.ask("/dashboard/" + file.name)
        #expect(answer.status == 200)
        #expect(answer.fields["content-type"] == file.mediaType)
        let tag = try #require(answer.fields["etag"])
        let again = try log.ask("/dashboard/" + file.name, ["If-None-Match: \(tag)"])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
      }
    }
  }

  @Test(arguments: [
    ("", "en"), ("de", "de"), ("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,nl;q=0.5,en;q=0.4", "nl"),
    ("fr", "en"), ("*", "en"), ("en;q=0.1,nl-BE;q=0.2", "nl"), ("de;q=0", "en"), (";;,=", "en"),
  ])
  func `the page speaks the most welcome language`(field: String, language: String) async throws {
    try await ServedLog.sample().serve { log in
      let page = try log.ask("/", field.isEmpty ? [] : ["Accept-Language: \(field)"])
      #expect(page.text.contains("<html lang=\"\(language)\""))
    }
  }

  @Test func `the first view is below a hundred kilobytes`() async throws {
    try await ServedLog.sample().serve { log in
      let paths = ["/"] + Dashboard.files.map { "/dashboard/" + $0.name }
      let first = paths + ["/dashboard/de.json"]
      let sizes = try first.map { path in
        try log.ask(path, ["Accept-Encoding: gzip"]).body.count
      }
      #expect(sizes.reduce(0, +) < 100_000)
    }
  }

  @Test func `charts come from the system's package, and their absence is said`() async throws {
    let log = try ServedLog.sample()
    let path = try log.folder.write(Array("window.Chart = 1".utf8), to: "chart.min.js")
    var options = HTTPServer.Options.patient
    options.chartLibrary.path = path
    try await log.serve(options) { log in
      let answer = try log.ask("/dashboard/chart.js")
      #expect(answer.status == 200)
      #expect(answer.fields["content-type"] == "text/javascript; charset=utf-8")
      #expect(answer.text == "window.Chart = 1")
    }
    var others = HTTPServer.Options.patient
    others.chartLibrary.path = log.folder.path("nothing")
    try await log.serve(others) { log in
      let answer = try log.ask("/dashboard/chart.js")
      #expect(answer.status == 404)
      #expect(answer.text.contains("install the package libjs-chart.js"))
    }
  }

  @Test func `other files and methods are refused`() async throws {
    try await ServedLog.sample().serve { log in
      for path in ["/dashboard/", "/dashboard/../index.html", "/dashboard/x.js", "/index.html"] {
        try #expect(log.ask(path).status == 404, "\(path)")
      }
      try #expect(log.ask("/", method: "POST", ["Content-Length: 0"]).status == 405)
      try #expect(log.ask("/", method: "HEAD").status == 200)
      try #expect(log.ask("/", host: "evil.example").status == 421)
    }
  }
}
