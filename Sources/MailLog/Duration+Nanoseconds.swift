extension Duration {
  /// In whole nanoseconds, as the system's calls want it; at most 292 years.
  package var nanoseconds: Int {
    let (seconds, attoseconds) = components
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let sum = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000)
    guard whole.overflow || sum.overflow else { return Int(sum.partialValue) }
    return seconds < 0 ? .min : .max
  }
}
