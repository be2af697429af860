import Counters

extension FailureCounts {
  /// How often login failed, all names and networks together.
  var attempts: UInt64 { counts.values.reduce(0) { $0 + $1.failures } }
}
