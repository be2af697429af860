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

  @inlinable public mutating func removeAll(where isUnwanted: (Value) -> Bool) {
    for page in pages.indices where pages[page].contains(where: { isUnwanted($0.value) }) {
      let before = pages[page].count
      pages[page] = pages[page].filter { !isUnwanted($0.value) }
      size += pages[page].count - before
    }
  }

  /// Visits the values, in no order.
  @inlinable public func forEach(_ body: (UInt64, Value) -> Void) {
    for page in pages {
      for (hash, value) in page { body(hash, value) }
    }
  }

  /// The values in the order of `isBefore`.
  @inlinable public func sorted(
    by isBefore: (Value, Value) -> Bool
  ) -> [(hash: UInt64, value: Value)] {
    var all: [(hash: UInt64, value: Value)] = []
    all.reserveCapacity(count)
    forEach { all.append(($0, $1)) }
    all.sort { isBefore($0.value, $1.value) }
    return all
  }
}
