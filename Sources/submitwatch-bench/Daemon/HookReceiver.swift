import Glibc

/// A web server on a loopback port that takes what it is sent, one request after the other.
final class HookReceiver {
  private let listener: CInt
  let port: Int

  init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (listener, length) = (listener, size)
    // Every address begins as a sockaddr does.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else {
      throw BenchError(code: .systemCall("bind", errno: errno), subject: "127.0.0.1")
    }
  }

  deinit { close(listener) }

  /// Waits for a request that holds `text`, and answers all that come.
  func wait(for text: String) throws {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else {
        throw BenchError(code: .systemCall("accept", errno: errno), subject: "127.0.0.1")
      }
      defer { close(connection) }
      var request: [UInt8] = []
      var block = [UInt8](repeating: 0, count: 64 << 10)
      while !Self.isWhole(request) {
        let count = unsafe recv(connection, &block, block.count, 0)
        guard count > 0 else { break }
        request += block.prefix(count)
      }
      let found = String(decoding: request, as: UTF8.self).contains(text)
      let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
      _ = unsafe send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
      if found { return }
    }
  }

  /// The end of an alert's JSON.
  private static func isWhole(_ request: [UInt8]) -> Bool {
    request.last == UInt8(ascii: "}") && request.suffix(200).contains(UInt8(ascii: ":"))
  }
}
