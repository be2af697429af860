import Glibc

/// Sends bytes; false: the other side is gone.
@discardableResult
func send(_ bytes: some Collection<UInt8>, to socket: Int32) -> Bool {
  var rest = Array(bytes)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes {
      unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}

/// Bytes as they come; empty: the other side is gone.
func receive(from socket: Int32, atMost limit: Int = 65_536) -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: limit)
  let count = unsafe recv(socket, &buffer, limit, 0)
  return Array(buffer.prefix(max(0, count)))
}
