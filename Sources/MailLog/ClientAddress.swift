/// The IP address of a client: IPv6, with IPv4 as `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2).
public struct ClientAddress: BitwiseCopyable, Hashable, Sendable {
  /// The address in network order, as two numbers.
  public var high: UInt64
  public var low: UInt64

  /// No address is known: all ones, a multicast address, which no client has.
  @inlinable public static var unknown: ClientAddress { ClientAddress(high: .max, low: .max) }

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  @inlinable public init(ipv4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
  }

  @inlinable public var isUnknown: Bool { high == .max && low == .max }

  public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// The network that the reports group by: IPv4 /24, IPv6 /48.
  @inlinable public var network: ClientAddress {
    if high == 0 && low >> 32 == 0xffff { return ClientAddress(high: 0, low: low & ~0xff) }
    return isUnknown ? self : ClientAddress(high: high & ~0xffff, low: 0)
  }

  /// The network with its prefix length, `192.0.2.0/24`.
  public var networkText: String {
    guard !isUnknown else { return "(unknown)" }
    return network.text + (isIPv4 ? "/24" : "/48")
  }

  /// The address as RFC 5952 writes it.
  public var text: String {
    if isIPv4 {
      return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xff) }.joined(separator: ".")
    }
    let groups = [high, low].flatMap { word in
      [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: word >> UInt64($0)) }
    }
    guard let zeros = Self.longestZeros(groups) else {
      return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    let before = groups[..<zeros.lowerBound].map { String($0, radix: 16) }
    let after = groups[zeros.upperBound...].map { String($0, radix: 16) }
    return before.joined(separator: ":") + "::" + after.joined(separator: ":")
  }

  /// The first of the longest runs of two or more zero groups.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
      start = max(end, start + 1)
    }
    return best
  }
}
