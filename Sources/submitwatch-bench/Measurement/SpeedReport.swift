/// The result of `analyze`: its figures, and the bounds they are held to.
struct SpeedReport {
  let lineCount: Int
  let byteCount: Int
  let runCount: Int
  let processor: Spread
  let wall: Spread
  let loopNanoseconds: Double
  let programNanoseconds: Double
  let peakResidentBytes: Int
  let counters: CounterEstimate
  let difference: Difference?

  /// A figure that must not pass a limit.
  struct Bound {
    let name: String
    let key: String
    let value: Double
    let limit: Double

    var holds: Bool { value <= limit }
  }

  var bounds: [Bound] {
    [
      Bound(
        name: "CPU time on one core / bare loop",
        key: "processorRatio",
        value: processor.median,
        limit: 2.5
      ),
      Bound(
        name: "wall clock on two cores / bare loop",
        key: "wallRatio",
        value: wall.median,
        limit: 1.4
      ),
      Bound(
        name: "memory beyond the counters, MB",
        key: "megabytesBeyondCounters",
        value: Double(peakResidentBytes - counters.byteCount) / 1_000_000,
        limit: 64
      ),
    ]
  }

  /// The report for people.
  var table: String {
    let spreads = [processor, wall, nil]
    let heading = "".padded(38) + ["median", "min", "max", "bound"].map { $0.padded(9) }.joined()
    let rows = zip(bounds, spreads).map { bound, spread in
      bound.name.padded(38, atEnd: true)
        + bound.value.text(2).padded(9)
        + (spread?.minimum.text(2) ?? "").padded(9)
        + (spread?.maximum.text(2) ?? "").padded(9)
        + bound.limit.text(2).padded(9)
        + (bound.holds ? "  ok" : "  EXCEEDED")
    }
    return """
      \(lineCount) lines, \(byteCount) bytes; \(runCount) runs of each in turn, after a warm-up

      \(([heading] + rows).joined(separator: "\n"))

      CPU time of a line: \(programNanoseconds.text(1)) ns, the bare loop \(loopNanoseconds.text(1)) ns
      Peak of resident memory: \(Self.megabytes(peakResidentBytes)) MB; counters, estimated: \
      \(Self.megabytes(counters.byteCount)) MB (\(counters.rowCount) rows, \(counters.nameCount) names)
      \(figures)
      """
  }

  /// The same for programs.
  var json: String {
    let difference = difference.map { difference in
      "{\"line\":\(difference.line),\"expected\":\(Self.quoted(difference.expected)),"
        + "\"found\":\(Self.quoted(difference.found))}"
    }
    let bounds = bounds.map { bound in
      "    {\"name\":\"\(bound.key)\",\"value\":\(bound.value.text(4)),"
        + "\"limit\":\(bound.limit.text(1)),\"holds\":\(bound.holds)}"
    }
    return """
      {
        "lines": \(lineCount),
        "bytes": \(byteCount),
        "runs": \(runCount),
        "processorRatio": \(Self.object(processor)),
        "wallRatio": \(Self.object(wall)),
        "nanosecondsPerLine": \(programNanoseconds.text(2)),
        "bareLoopNanosecondsPerLine": \(loopNanoseconds.text(2)),
        "peakResidentBytes": \(peakResidentBytes),
        "counterBytes": \(counters.byteCount),
        "counterRows": \(counters.rowCount),
        "counterNames": \(counters.nameCount),
        "figuresEqual": \(self.difference == nil),
        "firstDifference": \(difference ?? "null"),
        "bounds": [
      \(bounds.joined(separator: ",\n"))
        ]
      }

      """
  }

  private var figures: String {
    guard let difference else { return "Figures: equal to the truth" }
    return """
      Figures: DIFFERENT from the truth, first in line \(difference.line):
        expected: \(difference.expected?.dropLast() ?? "(the end)")
        found:    \(difference.found?.dropLast() ?? "(the end)")
      """
  }

  private static func megabytes(_ byteCount: Int) -> String {
    (Double(byteCount) / 1_000_000).text(1)
  }

  private static func object(_ spread: Spread) -> String {
    "{\"median\":\(spread.median.text(4)),\"min\":\(spread.minimum.text(4)),"
      + "\"max\":\(spread.maximum.text(4))}"
  }

  private static func quoted(_ text: String?) -> String {
    guard let text else { return "null" }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case ..<" ": "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
