import Glibc

/// Asks an HTTP server on a Unix socket, one question a connection.
enum UnixClient {
  /// The body of the answer.
  static func get(_ path: String, socket name: String) throws(BenchError) -> String {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard descriptor >= 0, connect(descriptor, to: name) else { throw failure("connect", name) }
    let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
    // The buffers are valid for the calls, which read or write at most their lengths.
    guard
      unsafe request.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) })
        == request.count
    else { throw failure("write", name) }
    var answer: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe block.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 else { throw failure("read", name) }
      if count == 0 { break }
      answer += block[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard text.hasPrefix("HTTP/1.1 200"), let body = text.firstRange(of: "\r\n\r\n") else {
      throw BenchError(code: .outputUnreadable, subject: path)
    }
    return String(text[body.upperBound...])
  }

  private static func connect(_ descriptor: CInt, to path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    // Every address begins as a sockaddr does.
    return unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, size) == 0
      }
    }
  }

  private static func failure(_ call: String, _ path: String) -> BenchError {
    BenchError(code: .systemCall(call, errno: errno), subject: path)
  }
}
