package import MailLog

/// The spans of log time of which all lines of a host are counted.
///
/// Ordered, apart from each other; both ends belong to a span.
package struct Coverage: Sendable, Equatable {
  package private(set) var spans: [ClosedRange<Timestamp>] = []

  package init() {}

  /// The coverage that consists of `spans`, in any order.
  package init(_ spans: some Sequence<ClosedRange<Timestamp>>) {
    for span in spans { insert(span) }
  }

  package var isEmpty: Bool { spans.isEmpty }

  /// Adds a span; those that it touches become one with it.
  package mutating func insert(_ span: ClosedRange<Timestamp>) {
    let first = firstIndex(endingAtOrAfter: span.lowerBound)
    var end = first
    var joined = span
    while end < spans.count, spans[end].lowerBound <= span.upperBound {
      joined =
        min(
          joined.lowerBound,
          spans[end].lowerBound
        )...max(
          joined.upperBound,
          spans[end].upperBound
        )
      end += 1
    }
    spans.replaceSubrange(first..<end, with: [joined])
  }

  package mutating func formUnion(_ other: Coverage) {
    for span in other.spans { insert(span) }
  }

  package func contains(_ time: Timestamp) -> Bool {
    span(around: time) != nil
  }

  /// The span that `time` is in.
  package func span(around time: Timestamp) -> ClosedRange<Timestamp>? {
    let index = firstIndex(endingAtOrAfter: time)
    guard index < spans.count, spans[index].lowerBound <= time else { return nil }
    return spans[index]
  }

  /// Whether a span begins or ends within `nanoseconds` of `time`.
  package func hasEdge(within nanoseconds: Int64, of time: Timestamp) -> Bool {
    let earliest = Timestamp(nanoseconds: time.nanoseconds.subtractingClamped(nanoseconds))
    let latest = Timestamp(nanoseconds: time.nanoseconds.addingClamped(nanoseconds))
    var index = firstIndex(endingAtOrAfter: earliest)
    while index < spans.count, spans[index].lowerBound <= latest {
      if spans[index].lowerBound >= earliest || spans[index].upperBound <= latest { return true }
      index += 1
    }
    return false
  }

  /// Gives up what lies before `time`.
  package mutating func drop(before time: Timestamp) {
    let first = firstIndex(endingAtOrAfter: time)
    spans.removeFirst(first)
    guard let begin = spans.first, begin.lowerBound < time else { return }
    spans[0] = time...begin.upperBound
  }

  private func firstIndex(endingAtOrAfter time: Timestamp) -> Int {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].upperBound < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Int64 {
  fileprivate func addingClamped(_ other: Int64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? (other < 0 ? .min : .max) : sum
  }

  fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
    let (difference, isOver) = subtractingReportingOverflow(other)
    return isOver ? (other < 0 ? .max : .min) : difference
  }
}
