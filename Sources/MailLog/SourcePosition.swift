/// How far a source is read: saved with the counters, so that each line counts exactly once.
public enum SourcePosition: Hashable, Codable, Sendable {
  case file(FilePosition)
  /// A journal, by the cursor of the last entry read, sd_journal_get_cursor(3).
  case journal(cursor: String)

  /// When the file was changed last, as of this reading.
  public var modified: Timestamp? {
    guard case .file(let position) = self else { return nil }
    return position.modified
  }
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
  /// How many bytes at the start of the file are hashed, at most `headLimit` and `offset`; 0 if that
  /// is not known.
  public var headCount: Int
  /// Their `ByteHash.stable`.
  public var headHash: UInt64
  /// When the file was changed last, as of this reading: older files were read before it.
  public var modified: Timestamp?

  /// Enough to tell any two logs apart: some lines with their stamps.
  @inlinable public static var hashLimit: Int { 1024 }
  /// Enough to tell a file that was cut back from one that was begun anew.
  @inlinable public static var headLimit: Int { 256 }

  /// Whether a log can have been read so far.
  public var isPossible: Bool {
    offset >= 0 && (0...Self.hashLimit).contains(hashedCount)
      && (0...Self.headLimit).contains(headCount)
  }

  @inlinable public init(
    path: String,
    device: UInt64,
    inode: UInt64,
    offset: Int64,
    hashedCount: Int,
    hash: UInt64,
    headCount: Int = 0,
    headHash: UInt64 = 0,
    modified: Timestamp? = nil
  ) {
    self.path = path
    self.device = device
    self.inode = inode
    self.offset = offset
    self.hashedCount = hashedCount
    self.hash = hash
    self.headCount = headCount
    self.headHash = headHash
    self.modified = modified
  }
}
