import Foundation
import Glibc
import TestSupport
import Testing

/// Real mail servers, each in a copy of this system that is thrown away, real filters and real
/// clients; see `Servers/root`.
@Suite(
  .serialized,
  .enabled(if: geteuid() == 0, "only root may make namespaces and mount an overlay")
)
struct ServerTests {
  /// What the test asks of a line of `submitwatch parse`.
  private struct Event: Decodable {
    var event: String
    var dialect: String
    var account: String?
    var sender: String?
    var tls: String?
    var mechanism: String?
  }

  @Test func `Sendmail's log tells what its clients did, and what its filter took`() throws {
    let events = try run("sendmail", submissions: 75)
    // The filter's verdicts on three messages of each of fifteen sessions.
    #expect(events.count { $0.event == "rejected" && $0.account == "alice" } == 45)
    #expect(events.filter { $0.event == "auth-failure" }.map(\.account) == ["alice"])
  }

  @Test func `Postfix' log tells what a milter, a HOLD and a before-queue filter took`() throws {
    let events = try run("postfix", submissions: 195)
    #expect(events.count { $0.event == "rejected" && $0.account == "alice" } == 45)
    #expect(events.filter { $0.event == "auth-failure" }.map(\.account) == ["alice", "alice"])
  }

  @Test func `OpenSMTPD's log tells what its clients did, over the TLS that it can do`() throws {
    let events = try run("opensmtpd", submissions: 36)
    #expect(events.filter { $0.event == "auth-failure" }.map(\.account) == ["alice"])
    #expect(events.count { $0.event == "tls-failure" } == 2)
  }

  /// Runs a server and its clients; what they saw accepted is what the log tells.
  private func run(_ server: String, submissions count: Int) throws -> [Event] {
    let folder = try TemporaryFolder()
    let root = ArchitectureTests.root.appending(path: "Tests/IntegrationTests/Servers/root")
    let run = try CommandRun(
      script: "'\(root.path)' \(server) . && $submitwatch parse mail.log",
      in: folder
    )
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    let decoder = JSONDecoder()
    let events = try run.text.split(separator: "\n").filter { $0.hasPrefix("{") }
      .map { try decoder.decode(Event.self, from: Data($0.utf8)) }
    let submissions = events.filter { $0.event == "submission" }
    let found = submissions.map { "\($0.sender ?? "") \($0.tls ?? "") \($0.mechanism ?? "")" }
    let seen = try String(contentsOfFile: "\(folder.path)/seen", encoding: .utf8)
    #expect(found.sorted() == seen.split(separator: "\n").map(String.init).sorted())
    #expect(found.count == count)
    #expect(submissions.allSatisfy { $0.account == "alice" && $0.dialect == server })
    return events
  }
}
