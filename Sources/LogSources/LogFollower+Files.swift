import Glibc
import MailLog
import Platform

// Which file comes next.
extension LogFollower {
  /// The files as they are now, oldest first, without those that another source reads.
  private func files() throws(LogSourceError) -> [LogFile] {
    let files = try family.files(calls: calls)
    isMissing = family.isDated ? files.isEmpty : !files.contains { $0.isCurrent }
    return files.filter { file in
      guard let holder = holder(file.identity) else { return true }
      problems.insert(SourceProblem(.followed(source: holder), at: file.path))
      return false
    }
  }

  /// Opens the file where reading goes on, without one being open; false if there is none.
  func openFirst() throws(LogSourceError) -> Bool {
    let files = try files()
    known = Set(files.map(\.stamp))
    if case .position(let position) = anchor {
      if let found = try locate(position, in: files) {
        reader = found.reader
        mustLook = true
        return true
      }
      let oldest = position.modified ?? Timestamp(nanoseconds: .max)
      // While nothing else is there, it may come yet: its disk is mounted later, perhaps.
      guard !unread(files[...], since: oldest).isEmpty else { return false }
      if owesAnchor {
        let isThere = files.contains { $0.identity == position.identity }
        gaps.append(SourceGap(isThere ? .truncated : .fileGone, at: position.path))
      }
      remember(position)
      anchor = .since(oldest)
    }
    let rest = unread(files[...])
    guard let file = rest.first(where: { $0.size > 0 }) ?? rest.last else { return false }
    try open(file)
    return true
  }

  /// Those files that may hold lines behind the anchor, if it is no position.
  private func unread(_ files: ArraySlice<LogFile>) -> [LogFile] {
    if case .since(let time) = anchor { return unread(files, since: time) }
    return files.filter { !passed.contains($0.stamp) || $0.isCurrent }
  }

  private func unread(_ files: ArraySlice<LogFile>, since time: Timestamp) -> [LogFile] {
    files.filter { $0.isCurrent || $0.modified > time && !passed.contains($0.stamp) }
  }

  /// Reads `file`, from its start unless it was read before, or passes it over if that is not
  /// permitted and it is rotated.
  func open(_ file: LogFile) throws(LogSourceError) {
    isBroken = false
    isWaiting = false
    mustLook = true
    do throws(LogSourceError) {
      let bytes = try openLog(file, calls: calls)
      let returned = try returned(bytes)
      owesPosition = returned != nil
      reader = returned ?? LogReader(bytes: bytes)
    } catch {
      guard error.code == .permissionDenied, !file.isCurrent else { throw error }
      problems.insert(SourceProblem(.permissionDenied, at: file.path))
      passed.insert(file.stamp)
      gaps.append(SourceGap(.unreadable, at: file.path, bytes: file.size))
    }
  }

  /// Looks for the file that comes behind that of `reader`; false if reading goes on in this one.
  func look(behind reader: LogReader) throws(LogSourceError) -> Bool {
    let files = try files()
    var rest: [LogFile]
    if let index = files.firstIndex(where: { $0.identity == reader.bytes.identity }) {
      if reader.offset == 0, holdsUnknown(files[..<index]) {
        self.reader = nil
        return true
      }
      rest = files[(index + 1)...].filter { !passed.contains($0.stamp) }
    } else {
      guard reader.offset > 0 || !reader.part.isEmpty else {
        // It was deleted empty: the anchor tells what comes behind it.
        self.reader = nil
        return true
      }
      let modified = try reader.bytes.status().modified
      let place = reader.positionBehindPart(modified: modified)
      if let found = try locate(place, in: files), let index = found.index {
        if found.reader.bytes is PlainLog {
          // Another file with the same lines has taken its place.
          self.reader = try reader.moved(to: found.reader.bytes) ?? found.reader
          mustLook = true
          return true
        }
        if reader.offset == 0, holdsUnknown(files[..<index]) {
          self.reader = nil
          return true
        }
        rest = Array(files[(index + 1)...])
      } else {
        // Times are as coarse as the kernel's tick.
        rest = files.filter { file in
          file.isCurrent || file.modified > modified
            || file.modified == modified && !known.contains(file.stamp)
        }
      }
      rest = rest.filter { !passed.contains($0.stamp) }
    }
    known = Set(files.map(\.stamp))
    bytesInNext = rest.reduce(0) { $0 + $1.size }
    next = rest.first { $0.size > 0 }
    isWaiting = next == nil && !rest.isEmpty
    return next != nil
  }

  /// Files that came up in front of the one that is read, of which nothing was delivered.
  ///
  /// They may be copies of it, made just before it was cut.
  private func holdsUnknown(_ files: ArraySlice<LogFile>) -> Bool {
    files.contains { file in
      file.size > 0 && !known.contains(file.stamp) && !passed.contains(file.stamp)
    }
  }

  /// Whether files must be read before `reader`, of which the first lines are at hand; then it is
  /// given up.
  func isOvertaken(_ reader: LogReader) throws(LogSourceError) -> Bool {
    do throws(LogSourceError) {
      let files = try files()
      let index = files.firstIndex { $0.identity == reader.bytes.identity }
      guard let index, holdsUnknown(files[..<index]) else { return false }
      self.reader = nil
      next = nil
      return true
    } catch {
      // The lines are not delivered: they are read again.
      self.reader = nil
      next = nil
      throw error
    }
  }

  /// Whether the start of a line that was cut off is in another file.
  func isCopied(_ reader: LogReader) throws(LogSourceError) -> Bool {
    try locate(reader.positionBehindPart(modified: nil), in: try files(), orCut: false) != nil
  }

  /// Finds the file that `position` is in: by its inode, else by what stands in front of it or, with
  /// `orCut`, by how it begins: an editor writes what is left of a log to a new file.
  private func locate(
    _ position: FilePosition,
    in files: [LogFile],
    orCut: Bool = true
  ) throws(LogSourceError) -> (index: Int?, reader: LogReader)? {
    var candidates: [(index: Int?, file: LogFile)] = files.enumerated().map { ($0, $1) }
    if let outside = file(outside: files, at: position.path) { candidates.append((nil, outside)) }
    for (index, file) in candidates where file.identity == position.identity {
      if let reader = try reader(of: file, at: position) { return (index, reader) }
    }
    // gzip gives its file the original's time, some tools in whole seconds.
    let oldest = position.modified.map { Timestamp(nanoseconds: $0.nanoseconds &- 2_000_000_000) }
    for (index, file) in candidates.reversed() where file.identity != position.identity {
      if let oldest, file.modified < oldest { continue }
      if let reader = try reader(of: file, at: position) { return (index, reader) }
    }
    guard orCut, position.headCount == FilePosition.headLimit else { return nil }
    for (index, file) in candidates.reversed() where file.identity != position.identity {
      if let reader = try reader(of: file, at: position, isCut: true) { return (index, reader) }
    }
    return nil
  }

  /// The name of the position, saved under another one, that is in a file of this log.
  ///
  /// Not to be called of a follower that reads.
  func place(in positions: [String: SourcePosition]) -> String? {
    guard !positions.isEmpty, let files = try? family.files(calls: calls) else { return nil }
    let folder = calls.resolved(family.folder)
    var found: (name: String, position: FilePosition)?
    for (name, position) in positions.sorted(by: { $0.key < $1.key }) {
      guard case .file(let position) = position else { continue }
      let other = LogFamily(path: position.path)
      let isNear =
        files.contains { $0.identity == position.identity }
        || family.concerns(other.name) && calls.resolved(other.folder) == folder
      guard isNear, let place = try? locate(position, in: files, orCut: false), place.index != nil
      else {
        continue
      }
      let known = found?.position
      let isFurther =
        (known?.modified ?? Timestamp(nanoseconds: .min), known?.offset ?? -1)
        < (position.modified ?? Timestamp(nanoseconds: .min), position.offset)
      if isFurther { found = (name, position) }
    }
    return found?.name
  }

  /// What a symbolic link led to, whose name is not that of the log.
  private func file(outside files: [LogFile], at path: String) -> LogFile? {
    guard let status = try? calls.status(at: path), status.kind == .regular,
      !files.contains(where: { $0.identity == status.identity })
    else { return nil }
    return LogFile(
      path: path,
      identity: status.identity,
      size: status.size,
      modified: status.modified,
      isCurrent: false
    )
  }

  /// A reader that goes on at `position`, if that is in the file; or `isCut`, as one of the same inode
  /// may be.
  private func reader(
    of file: LogFile,
    at position: FilePosition,
    isCut: Bool = false
  ) throws(LogSourceError) -> LogReader? {
    do throws(LogSourceError) {
      let bytes = try openLog(file, calls: calls)
      if let reader = try LogReader.resuming(bytes, at: position) { return reader }
      guard let plain = bytes as? PlainLog, isCut || file.identity == position.identity,
        let reader = try LogReader.resuming(plain, cutBefore: position)
      else { return nil }
      gaps.append(SourceGap(.truncated, at: file.path))
      return reader
    } catch {
      switch error.code {
      case .permissionDenied:
        problems.insert(SourceProblem(.permissionDenied, at: file.path))
        if file.identity == position.identity { throw error }
        return nil
      case .truncated, .damaged, .tooLarge: return nil
      case .readFailed where failures[file.path, default: 0] >= Self.failureLimit: return nil
      default: throw error
      }
    }
  }

  /// How often a read is tried again before a rotated file is given up.
  static let failureLimit = 3

  /// Notes what went wrong; true if it may go well at once, false if later.
  func recover(from error: LogSourceError) -> Bool {
    failures[error.path, default: 0] += 1
    let count = failures[error.path, default: 0]
    switch error.code {
    case .missing, .replaced:
      // It was renamed after the files were listed.
      reader = nil
      next = nil
      return count < Self.failureLimit
    case .permissionDenied:
      problems.insert(SourceProblem(.permissionDenied, at: error.path))
    case .truncated, .damaged, .tooLarge:
      problems.insert(SourceProblem(.damaged, at: error.path))
      isBroken = reader != nil
      return isBroken
    case .readFailed(let number), .openFailed(let number):
      problems.insert(SourceProblem(.unreadable(errorNumber: number), at: error.path))
      if count >= Self.failureLimit, reader != nil {
        isBroken = true
        return count == Self.failureLimit
      }
      // What decompresses cannot go on behind an error.
      if reader?.bytes is DecodedLog { reader = nil }
    case .tooManyOpenFiles:
      problems.insert(SourceProblem(.unreadable(errorNumber: EMFILE), at: error.path))
    case .directory, .notReadable:
      problems.insert(SourceProblem(.unreadable(errorNumber: EISDIR), at: error.path))
    }
    return false
  }
}

extension FilePosition {
  var identity: FileIdentity { FileIdentity(device: device, inode: inode) }
}
