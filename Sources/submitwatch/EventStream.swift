/// Reads Server-Sent Events from the bytes of a connection.
///
/// Source: WHATWG HTML, section 9.2.6, as far as the daemon needs it: lines end with a line feed,
/// an event has one line of data.
struct EventStream {
  struct Event: Equatable {
    /// The alert as JSON; nil: only where to go on from.
    var data: [UInt8]?
    var id: UInt64
  }

  /// The most bytes of a line; one that is longer is no event of the daemon.
  static let lineLimit = 1 << 20

  private var line: [UInt8] = []
  private var data: [UInt8]?
  private var id: UInt64?

  /// Takes bytes as they come.
  ///
  /// - Returns: the events that are whole now.
  /// - Throws: if a line has no end.
  mutating func take(_ bytes: [UInt8]) throws -> [Event] {
    var events: [Event] = []
    for byte in bytes {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        guard line.count <= Self.lineLimit else {
          throw Failure(.failed, "the daemon sends an event that is longer than 1 MiB")
        }
        continue
      }
      if let event = endLine() { events.append(event) }
    }
    return events
  }

  private mutating func endLine() -> Event? {
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty {
      defer { (data, id) = (nil, nil) }
      return id.map { Event(data: data, id: $0) }
    }
    if let value = value(of: "data: ") { data = value }
    if let value = value(of: "id: ") { id = UInt64(String(decoding: value, as: UTF8.self)) }
    return nil
  }

  private func value(of name: String) -> [UInt8]? {
    line.starts(with: name.utf8) ? Array(line.dropFirst(name.utf8.count)) : nil
  }
}
