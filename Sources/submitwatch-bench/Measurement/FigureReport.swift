import ArgumentParser

/// Figures, and the bounds they are held to.
struct FigureReport {
  private struct Figure {
    let name: String
    let value: Double
    let unit: String
    let limit: Double?

    var holds: Bool { limit.map { value <= $0 } ?? true }
  }

  private var figures: [Figure] = []

  mutating func add(_ name: String, _ value: Double, _ unit: String, limit: Double? = nil) {
    figures.append(Figure(name: name, value: value, unit: unit, limit: limit))
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

  /// The report for people.
  private var table: String {
    let heading = ["", "measured", "bound", ""]
    let rows = figures.map { figure in
      [
        figure.name, "\(figure.value.text(2)) \(figure.unit)",
        figure.limit.map { "\($0.text(1)) \(figure.unit)" } ?? "",
        figure.limit == nil ? "" : figure.holds ? "ok" : "EXCEEDED",
      ]
    }
    return ([heading] + rows).map { row in
      row[0].padded(50, atEnd: true) + row[1].padded(18) + row[2].padded(14) + "  " + row[3]
    }.joined(separator: "\n")
  }

  /// The same for programs; the names are plain ASCII.
  private var json: String {
    let lines = figures.map { figure in
      "    {\"name\":\"\(figure.name)\",\"value\":\(figure.value.text(4)),"
        + "\"unit\":\"\(figure.unit)\",\"limit\":\(figure.limit?.text(1) ?? "null"),"
        + "\"holds\":\(figure.holds)}"
    }
    return "{\n  \"figures\": [\n\(lines.joined(separator: ",\n"))\n  ]\n}\n"
  }

  /// Prints the report, and writes it where it is wanted.
  ///
  /// - Throws: `ExitCode`, if a bound that is to be checked does not hold.
  func finish(_ options: ReportOptions) throws {
    print(table)
    if let json = options.json { try SystemFile.write(Array(self.json.utf8), to: json) }
    if options.checkBounds, !figures.allSatisfy(\.holds) { throw ExitCode(1) }
  }
}

/// What becomes of a report.
struct ReportOptions: ParsableArguments {
  @Option(help: "Also write the report to this file, as JSON.", completion: .file())
  var json: String?

  @Flag(help: "Fail if a bound does not hold.")
  var checkBounds = false
}
