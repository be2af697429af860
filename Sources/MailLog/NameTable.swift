/// A number for each different name; the same name always has the same.
///
/// Names are bytes as the log has them, ASCII letters folded to lower case if asked for. Kept for
/// good: what grows with hostile names must not come here unbounded.
public struct NameTable: Sendable {
  public typealias ID = UInt32

  /// For each name a head of eight bytes, the number in the lower half and the length in the upper,
  /// then its bytes, and zeros up to a multiple of eight: a look-up reads it in whole words.
  private var text: [UInt8] = []
  /// Where each name's head stands in `text`, in units of eight bytes.
  private var places: [UInt32] = []
  /// Finds those places.
  private var index = HashIndex()
  private let hash: ByteHash
  public let foldsCase: Bool

  /// A table with the empty name as number 0.
  public init(foldsCase: Bool = true, seed: UInt64 = .random(in: 0 ... .max)) {
    self.hash = ByteHash(seed: seed)
    self.foldsCase = foldsCase
    let empty: [UInt8] = []
    _ = intern(empty.span)
  }

  @inlinable public static var empty: ID { 0 }

  public var count: Int { places.count }

  public mutating func intern(_ name: String) -> ID {
    intern(Array(name.utf8).span)
  }

  /// The number of `name`, a new one if it was not seen before.
  public mutating func intern(_ name: Span<UInt8>) -> ID {
    let hash = hash(name, foldingCase: foldsCase)
    return find(name, hash: hash) ?? append(name, hash: hash)
  }

  /// As `intern(_:)`, for a name that is likely to be `guess`: then it costs one comparison.
  public mutating func intern(_ name: Span<UInt8>, likely guess: ID) -> ID {
    isName(name, at: places[Int(guess)]) ? guess : intern(name)
  }

  /// The number of `name` if it was seen before.
  public func find(_ name: Span<UInt8>) -> ID? {
    find(name, hash: hash(name, foldingCase: foldsCase))
  }

  /// The bytes of a name.
  public func bytes(_ id: ID) -> ArraySlice<UInt8> {
    let start = Int(places[Int(id)]) &* 8
    return text[start + 8..<start + 8 + Int(text.span.word(at: start) &>> 32)]
  }

  /// The name as the reports show it: see `escapedText`.
  public func shown(_ id: ID) -> String {
    escapedText(bytes(id))
  }

  /// A sender as the reports show it: the null sender is `<>`.
  public func shownSender(_ id: ID) -> String {
    id == Self.empty ? "<>" : shown(id)
  }

  @inline(__always) private func find(_ name: Span<UInt8>, hash: UInt64) -> ID? {
    guard let place = index.find(hash, where: { isName(name, at: $0) }) else { return nil }
    return ID(truncatingIfNeeded: text.span.word(at: Int(place) &* 8))
  }

  @inline(__always) private func isName(_ name: Span<UInt8>, at place: UInt32) -> Bool {
    let text = text.span
    let start = Int(place) &* 8
    guard Int(text.word(at: start) &>> 32) == name.count else { return false }
    var position = 0
    while position < name.count {
      let word = name.word(at: position)
      position &+= 8
      let known = text.word(at: start &+ position)
      // Most names come in lower case.
      if known == word { continue }
      guard foldsCase, known == word.asciiLowercased else { return false }
    }
    return true
  }

  @inline(never) private mutating func append(_ name: Span<UInt8>, hash: UInt64) -> ID {
    let id = ID(places.count)
    let place = UInt32(text.count / 8)
    appendWord(UInt64(name.count) &<< 32 | UInt64(id))
    for position in stride(from: 0, to: name.count, by: 8) {
      let word = name.word(at: position)
      appendWord(foldsCase ? word.asciiLowercased : word)
    }
    places.append(place)
    index.add(place, hash: hash)
    return id
  }

  private mutating func appendWord(_ word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      text.append(UInt8(truncatingIfNeeded: word &>> UInt64(shift)))
    }
  }
}
