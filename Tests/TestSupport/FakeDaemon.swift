import Foundation
import Glibc
import Locking

/// A daemon of canned answers on a Unix socket, which keeps what it was asked.
///
/// Serves one connection after the other, on a thread of its own, until it is let go.
package final class FakeDaemon: Sendable {
  /// One request as it came.
  package struct Request: Sendable {
    /// `GET /v1/status HTTP/1.1`.
    package var line: String
    /// By name in lower case.
    package var headers: [String: String]
    package var body: [UInt8]
  }

  /// What to do with a request.
  package enum Answer: Sendable {
    /// Answers with a status line, headers and a body, and closes.
    case answer(String, type: String = "text/plain", body: String)
    /// Sends bytes as they are, and closes.
    case raw([UInt8])
    /// Answers without reading the body of the request.
    case refusal(String, body: String)
    /// Takes the request, and never answers.
    case nothing
  }

  /// What the thread works on; it holds no reference to the daemon.
  private final class State: Sendable {
    let requests = Locked<[Request]>([])
    let answers: Locked<[Answer]>

    init(_ answers: [Answer]) {
      self.answers = Locked(answers)
    }
  }

  package let socket: String
  private let folder: TemporaryFolder
  private let listener: Int32
  private let state: State

  /// Listens on a socket; the last of the answers is given again and again.
  package init(_ answers: Answer...) throws {
    folder = try TemporaryFolder()
    socket = folder.path("daemon.sock")
    listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    state = State(answers)
    guard bind(listener, to: socket), listen(listener, 16) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    Thread.detachNewThread { [listener, state] in
      // shutdown(2) ends accept(2) with an error.
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        Self.serve(connection, state)
        close(connection)
      }
      close(listener)
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// What was asked so far.
  package var requests: [Request] { state.requests.withLock { $0 } }

  private static func serve(_ connection: Int32, _ state: State) {
    var input: [UInt8] = []
    while input.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
      guard receive(connection, &input) else { return }
    }
    let answer = state.answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    var request = Request(head: input)
    if request.headers["transfer-encoding"] == "chunked", !answer.isRefusal {
      send(connection, Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
      while !input.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
        guard receive(connection, &input) else { return }
      }
      request.body = body(chunks: input)
    }
    state.requests.withLock { $0.append(request) }
    if case .nothing = answer {
      // Until the client gives up.
      while receive(connection, &input) {}
    }
    send(connection, answer.bytes)
  }

  /// The bytes of chunks, RFC 9112, section 7.1.
  private static func body(chunks input: [UInt8]) -> [UInt8] {
    let lineEnd = Array("\r\n".utf8)
    guard let head = input.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
    var rest = input[head.upperBound...]
    var body: [UInt8] = []
    while let line = rest.firstRange(of: lineEnd),
      let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
    {
      body += rest[line.upperBound...].prefix(size)
      rest = rest[line.upperBound...].dropFirst(size + lineEnd.count)
    }
    return body
  }

  private static func receive(_ connection: Int32, _ input: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe recv(connection, &buffer, buffer.count, 0)
    input += buffer.prefix(max(0, count))
    return count > 0
  }

  private static func send(_ connection: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // A client may go away when it has enough.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

extension FakeDaemon.Request {
  fileprivate init(head: [UInt8]) {
    let text = String(decoding: head, as: UTF8.self)
    let lines = text.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
    line = lines[0]
    headers = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstRange(of: ": ") else { continue }
      headers[line[..<colon.lowerBound].lowercased()] = String(line[colon.upperBound...])
    }
    body = []
  }
}

extension FakeDaemon.Answer {
  fileprivate var isRefusal: Bool {
    if case .refusal = self { true } else { false }
  }

  fileprivate var bytes: [UInt8] {
    switch self {
    case .raw(let bytes): bytes
    case .nothing: []
    case .answer(let status, let type, let body): Self.response(status, type, body)
    case .refusal(let status, let body):
      Self.response(status, "application/problem+json", body)
    }
  }

  private static func response(_ status: String, _ type: String, _ body: String) -> [UInt8] {
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
    return Array((head + "Connection: close\r\n\r\n" + body).utf8)
  }
}

/// bind(2) to a path, which fits.
private func bind(_ descriptor: Int32, to path: String) -> Bool {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  unsafe withUnsafeMutableBytes(of: &address.sun_path) {
    unsafe $0.copyBytes(from: path.utf8.prefix(107))
  }
  return unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
    }
  }
}
