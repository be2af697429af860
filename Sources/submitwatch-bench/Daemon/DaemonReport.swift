/// The figures of the daemon, and the bounds they are held to.
struct DaemonReport {
  private var rows: [[String]] = []

  mutating func add(_ name: String, _ value: Double, _ unit: String, limit: Double? = nil) {
    let verdict = limit.map { value <= $0 ? "ok" : "EXCEEDED" } ?? ""
    rows.append([
      name, "\(value.text(2)) \(unit)", limit.map { "\($0.text(1)) \(unit)" } ?? "", verdict,
    ])
  }

  /// Adds the median and the 99th percentile of many values.
  mutating func add(
    _ name: String,
    _ values: [Double],
    _ unit: String,
    limits: (median: Double?, p99: Double?)
  ) {
    let sorted = values.sorted()
    guard let last = sorted.last else { return }
    add("\(name), p50", sorted[sorted.count / 2], unit, limit: limits.median)
    let index = Int(Double(sorted.count) * 0.99)
    add("\(name), p99", index < sorted.count ? sorted[index] : last, unit, limit: limits.p99)
  }

  var table: String {
    let heading = ["", "measured", "bound", ""]
    return ([heading] + rows).map { row in
      row[0].padded(46, atEnd: true) + row[1].padded(16) + row[2].padded(14) + "  " + row[3]
    }.joined(separator: "\n")
  }
}
