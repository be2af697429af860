import Glibc

/// A client of a Unix stream socket that sends and reads what it is told to, bytes for bytes.
package final class RawClient: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  private let descriptor: Int32

  /// Connects to a socket.
  package init(_ path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    descriptor = try Self.connected(to: address, AF_UNIX, path)
  }

  /// Connects to a port of 127.0.0.1.
  package init(port: UInt16) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    descriptor = try Self.connected(to: address, AF_INET, "127.0.0.1:\(port)")
  }

  private static func connected<Address>(
    to address: Address,
    _ family: Int32,
    _ name: String
  ) throws -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<Address>.size)
    // Every address begins as a sockaddr does, and is read only during the call.
    let outcome = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
    guard outcome == 0 else {
      let number = errno
      close(descriptor)
      throw Failure(description: "connect \(name): error \(number)")
    }
    return descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Sends bytes; false: the other side is gone.
  @discardableResult package func send(_ bytes: some Collection<UInt8>) -> Bool {
    TestSupport.send(bytes, to: descriptor)
  }

  @discardableResult package func send(_ text: String) -> Bool { send(text.utf8) }

  /// Ends the sending side.
  package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Bytes as they come; empty: the other side is gone.
  package func read(atMost limit: Int = 65_536) -> [UInt8] {
    receive(from: descriptor, atMost: limit)
  }

  /// All bytes until the other side closes.
  package func readToEnd() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = read()
      guard !more.isEmpty else { return bytes }
      bytes += more
    }
  }

  /// Reads until so many bytes came or the other side closes; returns how many.
  package func readToEnd(atMost limit: Int) -> Int {
    var count = 0
    while count < limit {
      let more = read()
      guard !more.isEmpty else { break }
      count += more.count
    }
    return count
  }

  /// One response, with the body that its `content-length` announces.
  package func readResponse(hasBody: Bool = true) throws -> RawResponse {
    var bytes: [UInt8] = []
    while true {
      if let response = RawResponse(bytes, hasBody: hasBody) { return response }
      let more = read()
      guard !more.isEmpty else {
        let (number, text) = (errno, String(decoding: bytes, as: UTF8.self))
        throw Failure(description: "no whole response, last error \(number): \(text)")
      }
      bytes += more
    }
  }
}
