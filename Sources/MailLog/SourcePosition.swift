/// How far a source is read: saved with the counters, so that each line counts exactly once.
public enum SourcePosition: Hashable, Codable, Sendable {
  case file(FilePosition)
  /// A journal, by the cursor of the last entry read, sd_journal_get_cursor(3).
  case journal(cursor: String)
}

/// A place in a log file, which is found again when the file has got another name, is compressed, or
/// when another file has taken its inode.
public struct FilePosition: Hashable, Codable, Sendable {
  /// The path it was read under.
  public var path: String
  public var device: UInt64
  public var inode: UInt64
  /// Bytes read so far: up to the start of a line.
  public var offset: Int64
  /// How many bytes in front of `offset` are hashed, at most `hashLimit`.
  public var hashedCount: Int
  /// Their `ByteHash.stable`.
  public var hash: UInt64

  /// Enough to tell any two logs apart: some lines with their stamps.
  @inlinable public static var hashLimit: Int { 1024 }

  @inlinable public init(
    path: String,
    device: UInt64,
    inode: UInt64,
    offset: Int64,
    hashedCount: Int,
    hash: UInt64
  ) {
    self.path = path
    self.device = device
    self.inode = inode
    self.offset = offset
    self.hashedCount = hashedCount
    self.hash = hash
  }
}
