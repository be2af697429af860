/// Where the lines of a block end, found a hundred lines at a time.
///
/// A search line by line goes wrong at every line's end, which no processor can predict: here bytes
/// are compared 64 at a time, and what is found is noted without a branch.
struct LineEnds {
  private var places = InlineArray<192, UInt32>(repeating: 0)
  private var count = 0
  /// Where the next search begins.
  private var searched = 0
  /// One step of the search finds at most 64 more.
  private static let enough = 128

  /// The ends of lines that follow one another; each is the place of a newline, or the end of a
  /// block without a last one.
  var found: Span<UInt32> {
    @_lifetime(borrow self) get { places.span.extracting(first: count) }
  }

  /// Finds the next ends in `block`, the same one at each call; false: there are no more.
  mutating func findMore(in block: Span<UInt8>) -> Bool {
    count = 0
    while searched &+ 64 <= block.count, count < Self.enough {
      var hits = block.places64(of: UInt8(ascii: "\n"), from: searched)
      // Most often there is none or one.
      places[count] = UInt32(truncatingIfNeeded: searched &+ hits.trailingZeroBitCount)
      count &+= hits == 0 ? 0 : 1
      hits &= hits &- 1
      while hits != 0 {
        add(searched &+ hits.trailingZeroBitCount)
        hits &= hits &- 1
      }
      searched &+= 64
    }
    if count < Self.enough { findLast(in: block) }
    return count > 0
  }

  /// Finds what is in the last bytes, which are less than one step.
  private mutating func findLast(in block: Span<UInt8>) {
    while searched <= block.count {
      let end = block.index(of: UInt8(ascii: "\n"), from: searched, to: block.count)
      searched = end &+ 1
      // Behind a last newline no line begins.
      guard end < block.count || end > 0 && block[end &- 1] != UInt8(ascii: "\n") else { return }
      add(end)
    }
  }

  private mutating func add(_ end: Int) {
    places[count] = UInt32(truncatingIfNeeded: end)
    count &+= 1
  }
}
