import Counters
import MailLog

/// Bars and sparklines out of block characters.
enum Bars {
  /// From the safest to the least safe, what is not known last.
  static let stack: [TLSVersion] = [.tls13, .tls12, .tls11, .tls10, .ssl3, .none, .unknown]

  /// What a bar of this version is made of; without colours each has its own.
  static func block(_ version: TLSVersion, _ style: Style) -> String {
    if style == .ansi { return version == .unknown ? "░" : "█" }
    return switch version {
    case .tls13: "█"
    case .tls12: "▓"
    case .tls11: "▒"
    case .tls10: "░"
    case .ssl3: "▚"
    case .none: "!"
    case .unknown: "·"
    }
  }

  static func name(_ version: TLSVersion) -> String {
    switch version {
    case .none: "no TLS"
    case .ssl3: "SSL 3"
    case .unknown: "not logged"
    default: "TLS \(version.label)"
    }
  }

  /// A bar `width` columns long, divided by TLS version.
  static func stacked(_ sums: Sums, width: Int, _ style: Style) -> Line {
    let shares = split(width, by: stack.map(sums.count))
    var line = Line()
    for (version, share) in zip(stack, shares) where share > 0 {
      let block = block(version, style)
      line.append(Piece(String(repeating: block, count: share), .tls(version)))
    }
    return line
  }

  /// How much of `width` a figure gets: at least 1 if it is not 0.
  static func length(_ count: UInt64, of largest: UInt64, width: Int) -> Int {
    guard count > 0, largest > 0, width > 0 else { return 0 }
    return max(1, Int(Double(count) / Double(largest) * Double(width) + 0.5))
  }

  /// Divides `width` in proportion; each part that is not 0 gets 1 while there is room.
  static func split(_ width: Int, by parts: [UInt64]) -> [Int] {
    let total = parts.reduce(0, +)
    guard total > 0, width > 0 else { return parts.map { _ in 0 } }
    let exact = parts.map { Double($0) / Double(total) * Double(width) }
    var shares = zip(parts, exact).map { $0 > 0 ? max(1, Int($1)) : 0 }
    while shares.reduce(0, +) > width {
      // The part that has the most beyond its due; the largest, if all have just 1.
      let most = shares.indices.max {
        (Double(shares[$0]) - exact[$0], shares[$0]) < (Double(shares[$1]) - exact[$1], shares[$1])
      }
      let widest = shares.indices.filter { shares[$0] > 1 }.max { shares[$0] < shares[$1] }
      shares[widest ?? most ?? 0] -= 1
    }
    while shares.reduce(0, +) < width {
      let least = shares.indices.filter { parts[$0] > 0 }.max {
        exact[$0] - Double(shares[$0]) < exact[$1] - Double(shares[$1])
      }
      shares[least ?? 0] += 1
    }
    return shares
  }

  /// One character a figure; `·` for 0.
  static func sparkline(_ counts: [UInt64]) -> String {
    let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let largest = counts.max() ?? 0
    return counts.map { $0 == 0 ? "·" : levels[length($0, of: largest, width: 8) - 1] }.joined()
  }
}
