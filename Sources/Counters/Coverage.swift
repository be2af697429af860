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

  /// The span that is nearest to `time`, at most `nanoseconds` away from it.
  package func span(
    within nanoseconds: Int64,
    of time: Timestamp
  ) -> ClosedRange<Timestamp>? {
    let earliest = Timestamp(nanoseconds: time.nanoseconds.subtractingClamped(nanoseconds))
    let latest = Timestamp(nanoseconds: time.nanoseconds.addingClamped(nanoseconds))
    var index = firstIndex(endingAtOrAfter: earliest)
    var nearest: (span: ClosedRange<Timestamp>, distance: UInt64)?
    while index < spans.count, spans[index].lowerBound <= latest {
      let distance = spans[index].distance(to: time)
      if distance <= nearest?.distance ?? .max { nearest = (spans[index], distance) }
      index += 1
    }
    return nearest?.span
  }

  /// The part of the coverage that `other` does not cover; its ends may be in both.
  package func subtracting(_ other: Coverage) -> Coverage {
    var rest = Coverage()
    for span in spans {
      var start = span.lowerBound
      var isDone = false
      for known in other.spans where known.upperBound >= start && !isDone {
        guard known.lowerBound <= span.upperBound else { break }
        if known.lowerBound > start { rest.insert(start...known.lowerBound) }
        start = known.upperBound
        isDone = start >= span.upperBound
      }
      if !isDone { rest.insert(start...span.upperBound) }
    }
    return rest
  }

  /// The part of the coverage up to `time`.
  package func clipped(through time: Timestamp) -> Coverage {
    var part = Coverage()
    for span in spans where span.lowerBound <= time {
      part.insert(span.lowerBound...min(span.upperBound, time))
    }
    return part
  }

  package func intersects(_ other: Coverage) -> Bool {
    other.spans.contains { overlaps($0) }
  }

  /// Whether a part of `span` is covered.
  package func overlaps(_ span: ClosedRange<Timestamp>) -> Bool {
    let index = firstIndex(endingAtOrAfter: span.lowerBound)
    return index < spans.count && spans[index].lowerBound <= span.upperBound
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

extension ClosedRange<Timestamp> {
  fileprivate func distance(to time: Timestamp) -> UInt64 {
    if time < lowerBound { return UInt64(bitPattern: lowerBound.nanoseconds &- time.nanoseconds) }
    if time > upperBound { return UInt64(bitPattern: time.nanoseconds &- upperBound.nanoseconds) }
    return 0
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
