/// A host, by hashes of its name: the first label's in the upper half, in the lower one that of what
/// follows it, the domain, or 0 where the name has none.
///
/// Whoever can choose a host name in the log could as well choose that of another host, so that a
/// deliberate collision gains nothing; an accidental one has a chance of 2⁻⁶⁴, of two hosts whose
/// first labels are the same, or that have no domains, of 2⁻³².
public struct HostKey: BitwiseCopyable, Hashable, Sendable {
  public var hash: UInt64
  @inlinable public init(hash: UInt64) { self.hash = hash }

  /// The key of a name, in any case of its letters, or of an address, which is one label.
  public init(name: [UInt8]) {
    let folded = name.map(asciiLowercased)
    let isAddress =
      folded.contains(UInt8(ascii: ":"))
      || folded.allSatisfy { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
    let label = isAddress ? folded[...] : folded.prefix { $0 != UInt8(ascii: ".") }
    let domain = folded.dropFirst(label.count + 1)
    let lower = domain.isEmpty ? 0 : ByteHash.stable(domain.span) >> 32
    hash = HostKey(hash: ByteHash.stable(label.span)).label.hash | lower
  }

  /// Whether that can be a host's name or address, as lines have it.
  public static func isName(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: "_"), UInt8(ascii: ":"):
          true
        default: false
        }
      }
  }

  /// The key of lines that name no host.
  public static let unnamed = HostKey(name: [])

  /// The host, whatever its domain: what two logs may call `mx1` and `mx1.example.net`.
  @inlinable @inline(__always) public var label: HostKey {
    HostKey(hash: hash & 0xffff_ffff_0000_0000)
  }

  /// One server's log on the host: whether it tells of TLS does not show in another server's.
  ///
  /// Of that log, too, `label` is the same for all domains.
  @inlinable @inline(__always) public func logger(_ server: MailServer) -> HostKey {
    HostKey(hash: hash ^ (UInt64(server.rawValue) &* 0x9e37_79b9) &<< 32)
  }
}
