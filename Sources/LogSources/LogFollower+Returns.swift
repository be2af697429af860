import MailLog

// Files that come back: a rotation that is undone, a symbolic link that leads there again, a disk
// that is mounted late.
extension LogFollower {
  /// So many files are known when they come back.
  private static let limit = 8

  /// The file of `position` is left there.
  func remember(_ position: FilePosition) {
    guard position.offset > 0 else { return }
    left.removeAll { $0.identity == position.identity }
    left.append(position)
    if left.count > Self.limit { left.removeFirst() }
  }

  /// As `remember(_:)`, for the file before this one, of which late lines were read meanwhile.
  func rememberPrevious() {
    guard let previous else { return }
    remember(previous.position(modified: try? previous.bytes.status().modified))
  }

  /// A reader that goes on where the file was left; nil if it was not.
  func returned(_ bytes: any LogBytes) throws(LogSourceError) -> LogReader? {
    rememberPrevious()
    if previous?.bytes.identity == bytes.identity { previous = nil }
    guard let position = left.last(where: { $0.identity == bytes.identity }) else { return nil }
    return try LogReader.resuming(bytes, at: position)
  }
}
