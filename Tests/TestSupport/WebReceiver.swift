import Foundation
import Glibc
import Platform

/// A web server on a loopback port that does as it is told, and keeps what it got.
///
/// It serves as long as the process runs: what is to be told may come after the test's last look.
package final class WebReceiver: Sendable {
  /// What to do with a request; the last one is for all that follow.
  package enum Answer: Sendable {
    /// With further fields of the header, each with its line's end.
    case status(Int, body: String = "", fields: String = "")
    /// Sends just this, and keeps the connection open.
    case openEnd(String)
    /// Never answers.
    case nothing
    /// Closes at once.
    case hangUp
  }

  private final class State: Sendable {
    let requests = Locked<[RawRequest]>([])
    let answers: Locked<[Answer]>
    init(_ answers: [Answer]) { self.answers = Locked(answers) }
  }

  package let port: Int
  private let state: State

  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [RawRequest] { state.requests.withLock { $0 } }

  /// Listens on a port of the system's choice, or on `port`.
  package init(port: Int = 0, _ answers: Answer...) throws {
    let listener = try LoopbackListener(port: port)
    self.port = listener.port
    state = State(answers.isEmpty ? [.status(200)] : answers)
    Thread.detachNewThread { [listener, state] in
      while true {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else { continue }
        Thread.detachNewThread { Self.serve(connection, state) }
      }
    }
  }

  private static func serve(_ connection: Int32, _ state: State) {
    defer { close(connection) }
    var input: [UInt8] = []
    var request: RawRequest?
    while request == nil {
      let more = receive(from: connection)
      guard !more.isEmpty else { return }
      input += more
      request = RawRequest(whole: input)
    }
    guard let request else { return }
    let answer = state.answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    state.requests.withLock { $0.append(request) }
    switch answer {
    case .hangUp: return
    case .openEnd(let text):
      send(text.utf8, to: connection)
      while !receive(from: connection).isEmpty {}
    case .nothing:
      // Until the client gives up.
      while !receive(from: connection).isEmpty {}
    case .status(let status, let body, let fields):
      let head =
        "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n"
        + fields
      send((head + "\r\n" + body).utf8, to: connection)
    }
  }
}

extension RawRequest {
  /// nil: its body is not whole yet either.
  fileprivate init?(whole bytes: [UInt8]) {
    self.init(bytes)
    guard body.count >= fields["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
  }
}
