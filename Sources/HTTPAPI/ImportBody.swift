import HummingbirdCore
import NIOCore

/// The files of an import as they come; the client waits while none are taken.
package struct ImportBody: AsyncSequence, Sendable {
  package enum Element: Sendable, Equatable {
    /// The next file begins.
    ///
    /// - name: what the client calls it.
    /// - modified: when it was written last, in seconds since 1970.
    case file(name: String?, modified: Int?)
    /// More of it.
    case bytes([UInt8])
  }

  private let body: RequestBody
  private let parts: ImportParts

  /// `items`: tell whether the body is one file, or has parts.
  init(_ body: RequestBody, _ items: QueryItems) throws(Problem) {
    self.body = body
    parts = try ImportParts(items)
  }

  package struct AsyncIterator: AsyncIteratorProtocol {
    var base: RequestBody.AsyncIterator
    var parts: ImportParts

    /// What comes next; throws when the client is gone before the end, or breaks the form.
    @concurrent package mutating func next() async throws -> Element? {
      while true {
        if let element = try parts.next() { return element }
        guard let bytes = try await base.next() else { break }
        parts.add(Array(buffer: bytes))
      }
      try parts.finish()
      return nil
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(base: body.makeAsyncIterator(), parts: parts)
  }
}
