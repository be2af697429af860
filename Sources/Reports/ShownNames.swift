import MailLog

/// Names as reports show them, in the order of their bytes.
struct ShownNames: Sendable {
  /// Where a name stands in `text`.
  private struct Entry {
    var start: Int
    var count: UInt32
    /// Where the domain begins in the name; 0: it has none.
    var domainStart: UInt32
    var needsEscapes: Bool

    var range: Range<Int> { start..<(start &+ Int(count)) }
    var domain: Range<Int> { (start &+ Int(domainStart))..<(start &+ Int(count)) }
  }

  private(set) var text: [UInt8] = []
  private var entries: [Entry] = []
  /// The place of each name in the order; equal names share one.
  private(set) var places: [UInt32] = []

  /// The names with the numbers `ids`.
  ///
  /// - Parameters:
  ///   - names: the table of the names.
  ///   - ids: numbers in the table.
  ///   - empty: what is shown for the empty name.
  init(_ names: NameList, _ ids: some Collection<NameTable.ID>, empty: String) {
    entries.reserveCapacity(ids.count)
    text.reserveCapacity(ids.count * 40)
    for id in ids {
      if id == NameTable.empty {
        append(Array(empty.utf8)[...])
      } else if !appendPlain(names.bytes(id)) {
        append(Array(names.shown(id).utf8)[...])
      }
    }
    arrange()
  }

  var count: Int { entries.count }

  func bytes(_ place: Int) -> ArraySlice<UInt8> { text[entries[place].range] }

  func string(_ place: Int) -> String { String(decoding: bytes(place), as: UTF8.self) }

  func domain(_ place: Int) -> ArraySlice<UInt8> { text[entries[place].domain] }

  /// Where in `text` the name and its own domain stand, if they are CSV cells as they are; nil: they
  /// need quotes.
  func cells(_ place: Int) -> (name: Range<Int>, domain: Range<Int>)? {
    let entry = entries[place]
    return entry.needsEscapes ? nil : (entry.range, entry.domain)
  }

  /// Whether quotes, commas or backslashes may be in the name.
  func needsEscapes(_ place: Int) -> Bool { entries[place].needsEscapes }

  /// Adds a name that shows as it is; false if it does not.
  private mutating func appendPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
    var domain = 0
    var needsEscapes = false
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\\") else { return false }
      if byte == UInt8(ascii: "@") { domain = index &+ 1 &- bytes.startIndex }
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") { needsEscapes = true }
    }
    finish(bytes, domain: domain, needsEscapes: needsEscapes)
    return true
  }

  private mutating func append(_ shown: ArraySlice<UInt8>) {
    // An `@` shows as it is and no escape has one: what follows is the shown domain.
    let at = shown.lastIndex(of: UInt8(ascii: "@"))
    finish(shown, domain: at.map { $0 + 1 - shown.startIndex } ?? 0, needsEscapes: true)
  }

  private mutating func finish(_ shown: ArraySlice<UInt8>, domain: Int, needsEscapes: Bool) {
    entries.append(
      Entry(
        start: text.count,
        count: UInt32(truncatingIfNeeded: shown.count),
        domainStart: UInt32(truncatingIfNeeded: domain),
        needsEscapes: needsEscapes
      )
    )
    text.append(contentsOf: shown)
  }
}

extension ShownNames {
  /// Puts text and entries in order: rows that follow each other are then near in memory.
  private mutating func arrange() {
    let sorted = ranked()
    let (oldText, oldEntries) = (text, entries)
    text = []
    text.reserveCapacity(oldText.count)
    for (place, position) in sorted.enumerated() {
      var entry = oldEntries[Int(position)]
      let name = entry.range
      entry.start = text.count
      entries[place] = entry
      text.append(contentsOf: oldText[name])
    }
  }

  /// Sorts eight bytes at a time; only names that agree so far are looked at further.
  private mutating func ranked() -> [UInt32] {
    var sorter = RadixSorter(
      entries: (0..<count).map { .init(key: 0, index: UInt32(truncatingIfNeeded: $0)) }
    )
    var open = [(range: 0..<count, depth: 0)]
    places = [UInt32](repeating: 0, count: count)
    while let (range, depth) = open.popLast() {
      for position in range {
        sorter.entries[position].key = word(Int(sorter.entries[position].index), depth)
      }
      sorter.sort(range)
      var first = range.lowerBound
      while first < range.upperBound {
        let key = sorter.entries[first].key
        var end = first + 1
        while end < range.upperBound, sorter.entries[end].key == key { end += 1 }
        // No shown byte is zero: a zero at the end means that these names end here.
        if end - first > 1, key & 0xff != 0 {
          open.append((first..<end, depth + 8))
        } else {
          for position in first..<end {
            places[Int(sorter.entries[position].index)] = UInt32(truncatingIfNeeded: first)
          }
        }
        first = end
      }
    }
    return sorter.entries.map(\.index)
  }

  /// Eight bytes of a name, the first in the highest; zeros behind its end.
  private func word(_ position: Int, _ depth: Int) -> UInt64 {
    let entry = entries[position]
    let left = Int(entry.count) &- depth
    guard left > 0 else { return 0 }
    let word = text.span.word(at: entry.start &+ depth).byteSwapped
    return left < 8 ? word & (~0 << UInt64(64 &- left &* 8)) : word
  }
}
