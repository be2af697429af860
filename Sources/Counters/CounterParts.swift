/// What counters keep beside the messages of each day: what nobody asks for costs nothing.
package struct CounterParts: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// When and from where each account last sent at each TLS version.
  package static let lastSeen = CounterParts(rawValue: 1)
  /// Failed AUTH.
  package static let failures = CounterParts(rawValue: 2)
  /// What is known of each account beyond its messages.
  package static let details = CounterParts(rawValue: 4)
  package static let all: CounterParts = [.lastSeen, .failures, .details]
}
