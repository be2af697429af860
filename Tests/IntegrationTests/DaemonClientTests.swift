import TestSupport
import Testing

@testable import submitwatch

/// How long the command line waits for a daemon that does not answer.
struct DaemonClientTests {
  @Test func `a question is given up as well where it has a body`() throws {
    let daemon = try FakeDaemon(.nothing)
    let client = DaemonClient(socket: daemon.socket)
    var requests = [
      DaemonClient.Request(path: "/v1/status"),
      DaemonClient.Request(path: "/v1/alerts/test", json: Array("{}".utf8)),
    ]
    #expect(requests.map(\.patience) == [60, 60])
    for index in requests.indices {
      requests[index].patience = 1
      let problem = #expect(throws: DaemonClient.Problem.self) {
        _ = try client.exchange(requests[index]) { _, _ in true }
      }
      guard case .noAnswer(seconds: 1) = problem else {
        Issue.record("\(String(describing: problem))")
        continue
      }
    }
    #expect(daemon.requests.map(\.body) == [[], Array("{}".utf8)])
  }
}
