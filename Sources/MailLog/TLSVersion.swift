/// The TLS version of an SMTP session at the moment a message was accepted.
public enum TLSVersion: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  /// Proven: the session used no TLS.
  case none
  case ssl3
  case tls10
  case tls11
  case tls12
  case tls13
  /// The log does not say.
  case unknown

  /// The name in JSON and on the command line.
  public var label: String {
    switch self {
    case .none: "none"
    case .ssl3: "ssl3"
    case .tls10: "1.0"
    case .tls11: "1.1"
    case .tls12: "1.2"
    case .tls13: "1.3"
    case .unknown: "unknown"
    }
  }

  /// The name of the CSV column.
  public var column: String {
    switch self {
    case .none, .ssl3, .unknown: label
    case .tls10, .tls11, .tls12, .tls13: "tls" + label
    }
  }

  public init?(label: some StringProtocol) {
    guard let version = Self.allCases.first(where: { $0.label == label }) else { return nil }
    self = version
  }

  /// Whether a server that requires `minimum` would refuse this session; never for `unknown`.
  public func isBelow(_ minimum: TLSVersion) -> Bool {
    self != .unknown && rawValue < minimum.rawValue
  }
}
