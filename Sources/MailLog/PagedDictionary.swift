/// A dictionary of hashes in 2,048 pages, of which copies cost little.
///
/// A copy shares the pages. What is written afterwards copies the page that it is written to, not
/// the whole.
public struct PagedDictionary<Value: Sendable>: Sendable {
  /// Each hash is in the page that its lowest bits number.
  @usableFromInline var pages = [[UInt64: Value]](repeating: [:], count: 2048)
  @usableFromInline var size = 0

  @inlinable public init() {}

  @inlinable public var count: Int { size }

  @inlinable public var isEmpty: Bool { size == 0 }

  @inlinable public subscript(_ hash: UInt64) -> Value? {
    get { pages[Int(hash & 2047)][hash] }
    set {
      let page = Int(hash & 2047)
      let before = pages[page].count
      pages[page][hash] = newValue
      size += pages[page].count - before
    }
  }

  /// Replaces each value; nil: it is taken out.
  @inlinable public mutating func compactMapValues(_ change: (Value) -> Value?) {
    size = 0
    for page in pages.indices where !pages[page].isEmpty {
      pages[page] = pages[page].compactMapValues(change)
      size += pages[page].count
    }
  }

  /// Visits the values, in no order.
  @inlinable public func forEach(_ body: (UInt64, Value) -> Void) {
    for page in pages {
      for (hash, value) in page { body(hash, value) }
    }
  }
}
