/// An array in pages of 128 elements, of which copies cost little.
///
/// A copy shares the pages. What is written afterwards copies the page that it is written to, not
/// the whole.
public struct PagedArray<Element: Sendable>: Sendable {
  @usableFromInline var pages: [[Element]] = []
  @usableFromInline var size = 0

  @inlinable public static var pageSize: Int { 128 }

  /// Where an element is: the number of its page, and its place there.
  @inlinable @inline(__always) static func page(_ index: Int) -> Int {
    index &>> pageSize.trailingZeroBitCount
  }
  @inlinable @inline(__always) static func place(_ index: Int) -> Int { index & (pageSize &- 1) }

  @inlinable public init() {}

  @inlinable public var count: Int { size }

  @inlinable public var isEmpty: Bool { pages.isEmpty }

  @inlinable public var indices: Range<Int> { 0..<count }

  @inlinable public subscript(_ index: Int) -> Element {
    @inline(__always) get { pages[Self.page(index)][Self.place(index)] }
    @inline(__always) _modify { yield &pages[Self.page(index)][Self.place(index)] }
  }

  /// Adds an element; its number is the count before.
  @inlinable public mutating func append(_ element: Element) {
    if Self.place(size) == 0 { addPage() }
    pages[Self.page(size)].append(element)
    size &+= 1
  }

  @inlinable @inline(never) mutating func addPage() {
    pages.append([])
    // A table that outgrew one page is going to fill the next.
    if pages.count > 1 { pages[pages.count - 1].reserveCapacity(Self.pageSize) }
  }

  /// Takes out the first `pageSize` elements; the others move up.
  public mutating func removeFirstPage() {
    pages.removeFirst()
    size -= Self.pageSize
  }

  /// Visits the elements in their order.
  @inlinable public func forEach<Failure>(
    _ body: (Element) throws(Failure) -> Void
  ) throws(Failure) {
    for page in pages {
      for element in page { try body(element) }
    }
  }
}
