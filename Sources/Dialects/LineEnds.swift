/// Where the lines of a block end, found a hundred lines at a time.
///
/// A search line by line goes wrong at every line's end, which no processor can predict: here bytes
/// are compared 64 at a time, and what is found is noted without a branch.
struct LineEnds {
  private var places = InlineArray<192, UInt32>(repeating: 0)
  private var count = 0
  /// Where the next search begins.
  private var searched = 0
  private let isWide: Bool

  /// `isWide`: by instructions that not all processors have.
  init(isWide: Bool = Span<UInt8>.searchesWide) {
    self.isWide = isWide
  }

  /// The ends of lines that follow one another; each is the place of a newline, or the end of a
  /// block without a last one.
  var found: Span<UInt32> {
    @_lifetime(borrow self) get { places.span.extracting(first: count) }
  }

  /// Finds the next ends in `block`, the same one at each call; false: there are no more.
  mutating func findMore(in block: Span<UInt8>) -> Bool {
    var places = places.mutableSpan
    count = block.newlines(from: &searched, isWide: isWide, into: &places)
    // With enough, the search ended for want of room.
    if count < Span<UInt8>.enoughNewlines { findLast(in: block) }
    return count > 0
  }

  /// Finds what is in the last bytes, which are less than one step.
  private mutating func findLast(in block: Span<UInt8>) {
    while searched <= block.count {
      let end = block.index(of: UInt8(ascii: "\n"), from: searched, to: block.count)
      searched = end &+ 1
      // Behind a last newline no line begins.
      guard end < block.count || end > 0 && block[end &- 1] != UInt8(ascii: "\n") else { return }
      places[count] = UInt32(truncatingIfNeeded: end)
      count &+= 1
    }
  }
}
