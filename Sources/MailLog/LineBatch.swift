/// Lines on their way from a source to the counters, and where reading goes on behind them.
public struct LineBatch: Sendable {
  /// The source's name in `status` and in the database, the same after a restart.
  public var source: String
  /// Whole lines, each with its newline; of a journal, entries in its export format, each with the
  /// empty line behind it.
  public var bytes: [UInt8]
  /// The position behind the last line.
  public var end: SourcePosition
  /// Lines over the limit that stood in front of these or among them; they are lost.
  public var tooLong: Int
  /// The file had been read to its end: the lines were written since.
  public var isNew = false
  /// These are the first of a file that came up while its source was read.
  public var beginsNewFile = false

  @inlinable public init(source: String, bytes: [UInt8], end: SourcePosition, tooLong: Int = 0) {
    self.source = source
    self.bytes = bytes
    self.end = end
    self.tooLong = tooLong
  }
}
