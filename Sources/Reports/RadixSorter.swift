/// Sorts numbered keys, smallest first; equal keys keep their order.
///
/// Linear: one pass for each byte in which the keys differ.
struct RadixSorter {
  struct Entry {
    var key: UInt64
    var index: UInt32
  }

  var entries: [Entry]
  private var scratch: [Entry] = []

  init(entries: [Entry]) {
    self.entries = entries
  }

  mutating func sort() { sort(0..<entries.count) }

  /// Sorts a part of the entries.
  mutating func sort(_ range: Range<Int>) {
    if range.count < 48 { return insertionSort(range) }
    var all = UInt64.max
    var any: UInt64 = 0
    for position in range {
      all &= entries[position].key
      any |= entries[position].key
    }
    if scratch.count < entries.count {
      scratch = [Entry](repeating: Entry(key: 0, index: 0), count: entries.count)
    }
    for shift in stride(from: UInt64(0), to: 64, by: 8) where (all ^ any) >> shift & 0xff != 0 {
      scatter(range, shift: shift)
    }
  }

  private mutating func scatter(_ range: Range<Int>, shift: UInt64) {
    var next = InlineArray<256, Int>(repeating: 0)
    for position in range { next[Int(entries[position].key &>> shift & 0xff)] &+= 1 }
    var start = range.lowerBound
    for digit in next.indices {
      let count = next[digit]
      next[digit] = start
      start &+= count
    }
    for position in range {
      let entry = entries[position]
      let digit = Int(entry.key &>> shift & 0xff)
      scratch[next[digit]] = entry
      next[digit] &+= 1
    }
    if range.count == entries.count, scratch.count == entries.count {
      swap(&entries, &scratch)
    } else {
      for position in range { entries[position] = scratch[position] }
    }
  }

  private mutating func insertionSort(_ range: Range<Int>) {
    for position in range.dropFirst() {
      let entry = entries[position]
      var gap = position
      while gap > range.lowerBound, entries[gap &- 1].key > entry.key {
        entries[gap] = entries[gap &- 1]
        gap &-= 1
      }
      entries[gap] = entry
    }
  }
}
