import Foundation
import Glibc
import Locking

/// A web server on a loopback port that does as it is told, and keeps what it got.
///
/// It serves as long as the process runs: what is to be told may come after the test's last look.
package final class WebReceiver: Sendable {
  /// What to do with a request; the last one is for all that follow.
  package enum Answer: Sendable {
    case status(Int, body: String = "")
    /// Never answers.
    case nothing
    /// Closes at once.
    case hangUp
  }

  package struct Request: Sendable {
    /// `POST / HTTP/1.1`.
    package var line: String
    /// By name in lower case.
    package var fields: [String: String]
    package var body: String
  }

  private final class State: Sendable {
    let requests = Locked<[Request]>([])
    let answers: Locked<[Answer]>
    init(_ answers: [Answer]) { self.answers = Locked(answers) }
  }

  package let port: Int
  private let state: State

  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { state.requests.withLock { $0 } }

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
    var request: Request?
    while request == nil {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      input += buffer.prefix(count)
      request = Request(input)
    }
    guard let request else { return }
    let answer = state.answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    state.requests.withLock { $0.append(request) }
    switch answer {
    case .hangUp: return
    case .nothing:
      var byte: UInt8 = 0
      // Until the client gives up.
      while unsafe recv(connection, &byte, 1, 0) > 0 {}
    case .status(let status, let body):
      let head =
        "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n"
      var rest = Array((head + "\r\n" + body).utf8)[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes {
          unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}

extension WebReceiver.Request {
  /// nil: it is not whole yet.
  fileprivate init?(_ input: [UInt8]) {
    guard let head = input.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: input[..<head.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    line = lines[0]
    fields = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstRange(of: ": ") else { continue }
      fields[line[..<colon.lowerBound].lowercased()] = String(line[colon.upperBound...])
    }
    let rest = input[head.upperBound...]
    guard rest.count >= Int(fields["content-length"] ?? "0") ?? 0 else { return nil }
    body = String(decoding: rest, as: UTF8.self)
  }
}
