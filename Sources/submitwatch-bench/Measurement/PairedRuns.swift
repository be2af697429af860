/// Runs of the bare loop and of the program in turn, so that both meet the same disturbances.
struct PairedRuns {
  private(set) var loop: [ChildProcess.Usage] = []
  private(set) var program: [ChildProcess.Usage] = []

  mutating func add(loop: ChildProcess.Usage, program: ChildProcess.Usage) {
    self.loop.append(loop)
    self.program.append(program)
  }

  /// The program's figure over the loop's, pair by pair.
  func ratio(_ figure: (ChildProcess.Usage) -> Double) -> Spread {
    Spread(zip(program, loop).map { figure($0) / figure($1) })
  }
}

/// Where the values of several runs lie.
struct Spread {
  let median: Double
  let minimum: Double
  let maximum: Double

  /// `values` are one or more.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    minimum = sorted.first ?? .nan
    maximum = sorted.last ?? .nan
    median =
      sorted.isEmpty
      ? .nan : sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

extension Double {
  /// The number with `places` digits after the point.
  func text(_ places: Int) -> String {
    guard isFinite else { return "-" }
    var scale = 1
    for _ in 0..<places {
      scale *= 10
    }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let digits = String(scaled % scale)
    let fraction = String(repeating: "0", count: places - digits.utf8.count) + digits
    return "\(self < 0 ? "-" : "")\(scaled / scale)" + (places > 0 ? ".\(fraction)" : "")
  }
}

extension String {
  /// The text with blanks in front of it, or after it, up to a width.
  func padded(_ width: Int, atEnd: Bool = false) -> String {
    let blanks = String(repeating: " ", count: Swift.max(0, width - count))
    return atEnd ? self + blanks : blanks + self
  }
}
