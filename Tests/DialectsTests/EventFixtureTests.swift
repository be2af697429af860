import Dialects
import Foundation
import Ingest
import MailLog
import Reports
import TestSupport
import Testing

/// Small logs, one for each trap, and exactly what `submitwatch parse` prints of them.
struct EventFixtureTests {
  /// The dialects' folders.
  private static let folders = (try? Fixtures.names(in: "")) ?? []

  private static func files(_ suffix: String) -> [String] {
    folders.flatMap { folder in
      ((try? Fixtures.names(in: folder)) ?? [])
        .filter { $0.hasSuffix(suffix) }
        .map { "\(folder)/\($0.dropLast(suffix.count))" }
    }
  }

  @Test func `every log has its events, and all events have their log`() {
    #expect(Self.files(".log") == Self.files(".events"))
    #expect(Self.files(".log").count >= 22)
  }

  @Test(arguments: files(".log"))
  func `a log yields exactly its events`(name: String) throws {
    // Stamps without a year are of this one.
    var options = LogAnalysis.Options(now: Timestamp(seconds: 1_798_675_200))
    options.year = 2026
    final class Output {
      var json = JSONWriter()
    }
    let output = Output()
    var listing = try EventListing(paths: [Fixtures.path(name + ".log")], options: options)
    let damaged = try listing.run(EventListing.Sink { $0.write(to: &output.json) })
    #expect(damaged.isEmpty)
    let found = lines(Array(output.json.output.bytes))
    let expected = lines(try Fixtures.bytes(name + ".events"))
    #expect(found.filter { !expected.contains($0) } == [], "too much")
    #expect(expected.filter { !found.contains($0) } == [], "missing")
    #expect(found == expected)
  }

  private func lines(_ text: [UInt8]) -> [Substring] {
    String(decoding: text, as: UTF8.self).split(separator: "\n")
  }

  @Test func `every dialect is listed, and has fixtures`() throws {
    let names = allDialects.map { $0.server.name }
    #expect(names.sorted() == Self.folders)
    let sources = URL(fileURLWithPath: Fixtures.folder)
      .appendingPathComponent("../../../Sources/Dialects")
    let types = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .filter { file in
        let source = try String(
          contentsOf: sources.appendingPathComponent(file),
          encoding: .utf8
        )
        return source.contains(": Dialect {")
      }
    let listed = allDialects.map { "\($0).swift" }
    #expect(types.sorted() == listed.sorted())
    #expect(allDialects.map { $0.server } == MailServer.allCases)
  }

  @Test func `a journal is asked for what a dialect reads`() {
    for dialect in allDialects {
      for name in dialect.identifiers {
        let part = dialect.part(program: name)
        #expect(part != nil && part?.ignored == nil, "\(name)")
      }
    }
    let asked = Set(allDialects.flatMap { $0.identifiers })
    #expect(asked.isSuperset(of: ["sm-acceptingconnections", "esmtpd-msa", "qpsmtpd-forkserver"]))
  }
}
