/// A number for each different name; the same name always has the same.
///
/// Names are bytes as the log has them, ASCII letters folded to lower case if asked for. Kept for
/// good: what grows with hostile names must not come here unbounded. Beyond its text a name takes
/// 24 to 36 bytes, and zeros up to a multiple of eight.
public struct NameTable: Sendable {
  public typealias ID = UInt32

  /// The names by their numbers; unlike the table, cheap to keep a copy of.
  public private(set) var list = NameList()
  /// Finds the places of names in the list.
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

  public var count: Int { list.count }

  public mutating func intern(_ name: String) -> ID {
    intern(Array(name.utf8).span)
  }

  /// The number of `name`, a new one if it was not seen before.
  public mutating func intern(_ name: Span<UInt8>) -> ID {
    let hash = hash.brief(name, foldingCase: foldsCase)
    return find(name, hash: hash) ?? append(name, hash: hash)
  }

  /// As `intern(_:)`, for a name that is likely to be `guess`: then it costs one comparison.
  public mutating func intern(_ name: Span<UInt8>, likely guess: ID) -> ID {
    list.isName(name, at: list.place(guess), foldingCase: foldsCase) ? guess : intern(name)
  }

  /// As `find(_:)`, for a name that is likely to be `guess`: then it costs one comparison.
  public func find(_ name: Span<UInt8>, likely guess: ID) -> ID? {
    list.isName(name, at: list.place(guess), foldingCase: foldsCase) ? guess : find(name)
  }

  /// The number of `name` if it was seen before.
  public func find(_ name: Span<UInt8>) -> ID? {
    find(name, hash: hash.brief(name, foldingCase: foldsCase))
  }

  /// Gives `name` the next number, as it is: for names that are read back in their order.
  ///
  /// A name that the table has already, and one with upper case letters in a table that folds them,
  /// gets its number all the same, and is never found.
  public mutating func restore(_ name: Span<UInt8>) {
    let hash = hash.brief(name, foldingCase: foldsCase)
    let isKnown = find(name, hash: hash) != nil
    let place = list.append(name, foldingCase: false)
    if !isKnown { index.add(place.number, hash: hash) }
  }

  /// The bytes of a name.
  public func bytes(_ id: ID) -> ArraySlice<UInt8> { list.bytes(id) }

  /// The name as the reports show it: see `escapedText`.
  public func shown(_ id: ID) -> String { list.shown(id) }

  /// A sender as the reports show it: the null sender is `<>`.
  public func shownSender(_ id: ID) -> String { list.shownSender(id) }

  @inline(__always) private func find(_ name: Span<UInt8>, hash: UInt64) -> ID? {
    let found = index.find(hash) { number in
      list.isName(name, at: NamePlace(number: number), foldingCase: foldsCase)
    }
    return found.map { list.id(at: NamePlace(number: $0)) }
  }

  @inline(never) private mutating func append(_ name: Span<UInt8>, hash: UInt64) -> ID {
    let id = ID(count)
    index.add(list.append(name, foldingCase: foldsCase).number, hash: hash)
    return id
  }
}
