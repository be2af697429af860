import Foundation
import Glibc
import Platform

/// A daemon of canned answers on a Unix socket, which keeps what it was asked.
///
/// Serves one connection after the other, on a thread of its own, until it is let go.
package final class FakeDaemon: Sendable {
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
    let requests = Locked<[RawRequest]>([])
    let received = Locked(0)
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

  /// How many bytes came so far, of requests that have not ended, too.
  package var received: Int { state.received.withLock { $0 } }

  /// What was asked so far.
  package var requests: [RawRequest] { state.requests.withLock { $0 } }

  private static func serve(_ connection: Int32, _ state: State) {
    var input: [UInt8] = []
    func receiveMore() -> Bool {
      let more = receive(from: connection)
      input += more
      state.received.withLock { $0 += more.count }
      return !more.isEmpty
    }
    var request = RawRequest(input)
    while request == nil {
      guard receiveMore() else { return }
      request = RawRequest(input)
    }
    guard var request else { return }
    let answer = state.answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    let start = request.body
    request.body = []
    if request.fields["transfer-encoding"] == "chunked", !answer.isRefusal {
      send("HTTP/1.1 100 Continue\r\n\r\n".utf8, to: connection)
      input = start
      while !input.suffix(5).elementsEqual("0\r\n\r\n".utf8) {
        guard receiveMore() else { return }
      }
      request.body = body(chunks: input)
    }
    state.requests.withLock { [request] in $0.append(request) }
    if case .nothing = answer {
      // Until the client gives up.
      while receiveMore() {}
    }
    send(answer.bytes, to: connection)
  }

  /// The bytes of chunks, RFC 9112, section 7.1.
  private static func body(chunks input: [UInt8]) -> [UInt8] {
    let lineEnd = Array("\r\n".utf8)
    var rest = input[...]
    var body: [UInt8] = []
    while let line = rest.firstRange(of: lineEnd),
      let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
    {
      body += rest[line.upperBound...].prefix(size)
      rest = rest[line.upperBound...].dropFirst(size + lineEnd.count)
    }
    return body
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
