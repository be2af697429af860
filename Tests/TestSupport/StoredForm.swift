import MailLog

/// What tells stored bytes from others.
///
/// A test that pins it fails where the form changes: databases of before would no longer load.
package struct StoredForm: Equatable, CustomStringConvertible {
  private let count: Int
  private let hash: UInt64

  package init(_ bytes: [UInt8]) {
    self.init(bytes.count, ByteHash.stable(bytes.span))
  }

  package init(_ count: Int, _ hash: UInt64) {
    self.count = count
    self.hash = hash
  }

  package var description: String { "StoredForm(\(count), 0x\(String(hash, radix: 16)))" }
}
