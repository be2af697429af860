import HTTPTypes
import Platform

/// A token that is exchanged once for the cookie that opens everything.
struct ProxySession: Sendable {
  let token = Self.random()
  let secret = Self.random()
  private let isRedeemed = Locked(false)

  /// Whether `given` is the token, for the first time.
  func redeem(_ given: String) -> Bool {
    guard Self.isEqual(given, token) else { return false }
    return isRedeemed.withLock { isRedeemed in
      defer { isRedeemed = true }
      return !isRedeemed
    }
  }

  /// Whether a request has the cookie.
  func isOpen(for fields: HTTPFields, cookie name: String) -> Bool {
    fields[values: .cookie].contains { field in
      field.split(separator: ";").contains { pair in
        let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0] == name && Self.isEqual(String(parts[1]), secret)
      }
    }
  }

  /// Takes as long whatever is wrong.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// 256 bits of the system's generator, getrandom(2).
  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
