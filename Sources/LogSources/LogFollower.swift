import MailLog
import Platform

/// Follows one log through its files.
///
/// It holds one file open. At its end it looks whether the log goes on in another one: the place of
/// the last line delivered, found among the files by inode or by content, tells which ones are
/// newer. A file is left for the next only when the next one holds something, as a mail server
/// writes to the old file until it is told to open the new one.
///
/// Not to be used by two threads at once.
final class LogFollower {
  /// What was delivered last.
  enum Anchor {
    /// Nothing yet: everything is to be read.
    case start
    /// Files that were changed last by then are not to be read.
    case since(Timestamp)
    case position(FilePosition)
  }

  enum Progress {
    case batch(LineBatch)
    /// There is more to do.
    case moved
    case idle
  }

  /// The source of its batches.
  let name: String
  let family: LogFamily
  let calls: any FileCalls
  /// The source beside this one that reads the file, under another name.
  let holder: (FileIdentity) -> String?
  /// The files that other sources know to be open here.
  var held: Set<FileIdentity> = []

  var anchor: Anchor
  /// Whether the file of `anchor` may hold more, which is lost if that is not found.
  var owesAnchor = true
  var reader: LogReader?
  /// Nothing more can be read of this file.
  var isBroken = false
  /// A file may have come, gone, or got another name.
  var mustLook = true
  /// There is a next file, which is empty.
  var isWaiting = false
  /// The next file, which holds something: at the end of this one reading goes on there.
  var next: LogFile?
  /// Files behind `anchor` that hold no line or cannot be read.
  var passed: Set<LogFile.Stamp> = []
  /// All files when they were looked at last.
  var known: Set<LogFile.Stamp> = []
  /// Reads that failed, by path, since the last one that did not.
  var failures: [String: Int] = [:]
  /// The file before this one: a process may still write to it.
  var previous: LogReader?
  /// The last line of `previous` was delivered without its newline.
  private var previousEndsInLine = false

  /// Where other files were left, the last one last: one may come back.
  var left: [FilePosition] = []
  /// Reading goes on in the middle of `reader`, which nobody was told yet.
  var owesPosition = false

  /// Bytes in the files behind this one.
  var bytesInNext: Int64 = 0
  /// What came up since they were taken last.
  var gaps: [SourceGap] = []
  /// What came up in this pass.
  var problems: Set<SourceProblem> = []
  var isMissing = false

  init(
    name: String,
    family: LogFamily,
    position: FilePosition?,
    readsRotated: Bool,
    calls: any FileCalls,
    holder: @escaping (FileIdentity) -> String?
  ) {
    self.name = name
    self.family = family
    self.calls = calls
    self.holder = holder
    anchor = position.map { .position($0) } ?? .start
    if position == nil, !readsRotated { passRotated() }
  }

  private func passRotated() {
    let files = (try? family.files(calls: calls)) ?? []
    let rotated = files.filter { !$0.isCurrent }
    let old = family.isDated ? rotated.dropLast() : rotated[...]
    if let newest = old.map(\.modified).max() { anchor = .since(newest) }
  }

  /// Reads some lines, or finds the next file.
  func step() -> Progress {
    do throws(LogSourceError) {
      return try advance()
    } catch {
      return recover(from: error) ? .moved : .idle
    }
  }

  private func advance() throws(LogSourceError) -> Progress {
    guard let reader else { return try openFirst() ? .moved : .idle }
    if owesPosition {
      owesPosition = false
      return .batch(batch([], tooLong: 0, of: reader))
    }
    let isAtStart = reader.offset == 0
    let read: LogReader.Step = isBroken ? .end : try reader.next(isFinal: false)
    switch read {
    case .lines(let lines, let tooLong):
      if isAtStart, try isOvertaken(reader) { return .moved }
      return .batch(batch(lines, tooLong: tooLong, of: reader))
    case .changed:
      return try lose(reader)
    case .end:
      // Its end was reached once more after the next file was seen to hold something: lines that
      // came before that are read.
      if let next { return try leave(reader, for: next) }
      if let late = lateBatch() { return .batch(late) }
      guard mustLook || isWaiting || isBroken else { return .idle }
      mustLook = false
      let isMoving = try look(behind: reader)
      if !isMoving { isBroken = false }
      return isMoving ? .moved : .idle
    }
  }

  /// The file was cut: whether a copy holds the rest is found out by looking for the anchor.
  private func lose(_ reader: LogReader) throws(LogSourceError) -> Progress {
    if reader.offset == 0, try !isCopied(reader) {
      let count = Int64(reader.part.count)
      gaps.append(SourceGap(.truncated, at: reader.bytes.path, bytes: count))
    }
    if reader.offset > 0 { owesAnchor = true }
    self.reader = nil
    next = nil
    return .moved
  }

  private func batch(
    _ lines: [UInt8],
    tooLong: Int,
    of reader: LogReader
  ) -> LineBatch {
    let position = reader.position(modified: try? reader.bytes.status().modified)
    anchor = .position(position)
    owesAnchor = true
    passed = []
    failures = [:]
    return LineBatch(source: name, bytes: lines, end: .file(position), tooLong: tooLong)
  }

  private func leave(
    _ reader: LogReader,
    for next: LogFile
  ) throws(LogSourceError) -> Progress {
    previousEndsInLine = false
    if isBroken {
      let left = reader.bytes is PlainLog ? try? reader.bytes.status().size - reader.offset : nil
      gaps.append(SourceGap(.unreadable, at: reader.bytes.path, bytes: left))
      if let status = try? reader.bytes.status() { passed.insert(status.stamp) }
    } else {
      let isAtStart = reader.offset == 0
      switch try reader.next(isFinal: true) {
      case .lines(let lines, let tooLong):
        if isAtStart, try isOvertaken(reader) { return .moved }
        let batch = batch(lines, tooLong: tooLong, of: reader)
        // The next file is opened at once, before more can come here.
        do throws(LogSourceError) {
          try go(from: reader, to: next)
        } catch {
          _ = recover(from: error)
        }
        previousEndsInLine = true
        return .batch(batch)
      case .changed: return try lose(reader)
      case .end: break
      }
      if reader.offset == 0 { passed.insert(try reader.bytes.status().stamp) }
    }
    try go(from: reader, to: next)
    return .moved
  }

  private func go(from reader: LogReader, to file: LogFile) throws(LogSourceError) {
    rememberPrevious()
    previous = reader.bytes is PlainLog && !isBroken ? reader : nil
    self.reader = nil
    next = nil
    isBroken = false
    owesAnchor = false
    try open(file)
  }

  var openFiles: Set<FileIdentity> {
    Set([reader, previous].compactMap { $0?.bytes.identity })
  }

  /// All that is known of the log was read, and no path leads to any file of it.
  var isDone: Bool {
    guard gaps.isEmpty, next == nil else { return false }
    guard let reader else { return true }
    let status = try? reader.bytes.status()
    return status?.hasPath == false && status?.size == reader.offset
  }

  /// Lines that a process wrote to the file before this one, which it had not closed yet.
  private func lateBatch() -> LineBatch? {
    guard let previous, let reader else { return nil }
    let before = previous.offset
    // What is no longer there cannot be read: the file is done.
    guard case .lines(let lines, let tooLong)? = try? previous.next() else {
      // Its room on the disk is free only once it is closed.
      if (try? previous.bytes.status().hasPath) == false { self.previous = nil }
      return nil
    }
    if previousEndsInLine {
      let count = previous.offset - before
      gaps.append(SourceGap(.writtenAfterRotation, at: previous.bytes.path, bytes: count))
      return nil
    }
    if reader.offset == 0 { return batch(lines, tooLong: tooLong, of: previous) }
    let end = reader.position(modified: try? reader.bytes.status().modified)
    return LineBatch(source: name, bytes: lines, end: .file(end), tooLong: tooLong)
  }
}
