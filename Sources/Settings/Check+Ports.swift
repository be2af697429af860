extension Check {
  package static let portExpected = "a port from 1 to 65535"

  /// Whether what stands behind a host is nothing, or a colon with a port or nothing (RFC 3986,
  /// section 3.2.3).
  package static func isPort(_ text: some StringProtocol) -> Bool {
    let digits = text.dropFirst()
    guard text.isEmpty || text.hasPrefix(":"), digits.utf8.allSatisfy({ (48...57).contains($0) })
    else { return false }
    return digits.isEmpty || UInt16(digits).map { $0 > 0 } ?? false
  }

  /// A host with or without a port, split behind the host; an address of IPv6 is in brackets.
  package static func splitPort<Text: StringProtocol>(
    _ place: Text
  ) -> (host: Text.SubSequence, port: Text.SubSequence) {
    let start = place.hasPrefix("[") ? place.firstIndex(of: "]") : place.startIndex
    let end = start.flatMap { place[$0...].firstIndex(of: ":") } ?? place.endIndex
    return (place[..<end], place[end...])
  }
}
