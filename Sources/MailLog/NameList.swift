/// Numbered names that can be read but not looked up.
///
/// Text in chunks, so that a name added after a copy was made copies one chunk, not all text.
/// 12 bytes a name beyond its text, and zeros up to a multiple of eight.
public struct NameList: Sendable {
  /// For each name a head of eight bytes, the number in the lower half and the length in the upper,
  /// then its bytes, and zeros up to a multiple of eight: a look-up reads it in whole words.
  @usableFromInline var chunks: [[UInt8]] = []
  /// Where each name's head stands.
  private var places = PagedArray<NamePlace>()

  /// A chunk has so many bytes, or holds one name that is longer.
  @usableFromInline static var chunkSize: Int { 65_536 }

  init() {}

  public var count: Int { places.count }

  /// The bytes of a name.
  public func bytes(_ id: NameTable.ID) -> ArraySlice<UInt8> {
    let place = places[Int(id)]
    let chunk = chunks[place.chunk]
    let start = place.offset
    return chunk[start + 8..<start + 8 + Int(chunk.span.word(at: start) &>> 32)]
  }

  /// The name as the reports show it: see `escapedText`.
  public func shown(_ id: NameTable.ID) -> String {
    escapedText(bytes(id))
  }

  /// A sender as the reports show it: the null sender is `<>`.
  public func shownSender(_ id: NameTable.ID) -> String {
    id == NameTable.empty ? "<>" : shown(id)
  }

  /// The number of `name`, looked for in the whole list; `foldingCase`: of `name` folded.
  public func find(_ name: Span<UInt8>, foldingCase: Bool) -> NameTable.ID? {
    for id in 0..<NameTable.ID(count)
    where isName(name, at: place(id), foldingCase: foldingCase) { return id }
    return nil
  }

  func place(_ id: NameTable.ID) -> NamePlace { places[Int(id)] }

  /// The number of the name at a place.
  @inline(__always) func id(at place: NamePlace) -> NameTable.ID {
    let chunk = chunks[place.chunk]
    return NameTable.ID(truncatingIfNeeded: chunk.span.word(at: place.offset))
  }

  /// Whether the name at a place is `name`, or `name` folded.
  @inline(__always)
  func isName(_ name: Span<UInt8>, at place: NamePlace, foldingCase: Bool) -> Bool {
    let chunk = chunks[place.chunk]
    let text = chunk.span
    let start = place.offset &+ 8
    guard start &+ name.count <= text.count,
      Int(text.wordInside(start &- 8) &>> 32) == name.count
    else { return false }
    let last = name.count &- 8
    guard last >= 0 else {
      return name.isEmpty
        || isSame(name.lastWord(at: 0), text.word(at: start), foldingCase: foldingCase)
    }
    var position = 0
    while isSame(
      name.wordInside(position),
      text.wordInside(start &+ position),
      foldingCase: foldingCase
    ) {
      if position == last { return true }
      // The last word may overlap the one before.
      position = min(position &+ 8, last)
    }
    return false
  }

  /// Whether `known`, which is folded, is `word`, or that folded; most names come in lower case.
  @inline(__always)
  private func isSame(_ word: UInt64, _ known: UInt64, foldingCase: Bool) -> Bool {
    known == word || foldingCase && known == word.asciiLowercased
  }

  /// Adds a name; `foldingCase`: in lower case.
  @inline(never)
  mutating func append(_ name: Span<UInt8>, foldingCase: Bool) -> NamePlace {
    let size = 8 + (name.count + 7) & ~7
    if chunks.isEmpty || chunks[chunks.count - 1].count + size > Self.chunkSize {
      chunks.append([])
    }
    let chunk = chunks.count - 1
    let place = NamePlace(chunk: chunk, offset: chunks[chunk].count)
    chunks[chunk].append(word: UInt64(name.count) &<< 32 | UInt64(count))
    for position in stride(from: 0, to: name.count, by: 8) {
      let word = name.word(at: position)
      chunks[chunk].append(word: foldingCase ? word.asciiLowercased : word)
    }
    places.append(place)
    return place
  }
}

/// A chunk, and an offset in it in units of eight bytes.
struct NamePlace: BitwiseCopyable, Sendable {
  let number: UInt32

  init(number: UInt32) {
    self.number = number
  }

  init(chunk: Int, offset: Int) {
    number = UInt32(chunk &<< 13 | offset &>> 3)
  }

  @inline(__always) var chunk: Int { Int(number &>> 13) }
  @inline(__always) var offset: Int { Int(number & 0x1fff) &<< 3 }
}

extension [UInt8] {
  fileprivate mutating func append(word: UInt64) {
    unsafe Swift.withUnsafeBytes(of: word.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
