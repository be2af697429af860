import Glibc
import MailLog
import Platform

/// Follows the logs of one source, one after the other.
///
/// Not to be used by two threads at once.
final class LogTailer {
  private let name: String
  private let settings: FileSourceSettings
  private let calls: any FileCalls
  /// Where reading goes on in logs that are not followed yet.
  private var positions: [String: SourcePosition]
  private let claims: LogClaims
  /// By the path of their log.
  private var followers: [String: LogFollower] = [:]
  /// What the paths led to when they were looked at last.
  private var claimed: [String: String] = [:]
  /// Paths of logs that are followed under another one, and the sources that do.
  private var duplicates: [String: String] = [:]
  private let isPattern: Bool

  init(
    name: String,
    settings: FileSourceSettings,
    positions: [String: SourcePosition],
    claims: LogClaims = LogClaims(),
    calls: any FileCalls
  ) {
    self.name = name
    self.settings = settings
    self.positions = positions
    self.claims = claims
    self.calls = calls
    isPattern = PathPattern.isPattern(settings.path)
    if !isPattern { follow(settings.path, as: name) }
  }

  private func follow(_ path: String, as name: String) {
    let target = calls.target(of: path)
    let owner = claims.owner(of: target, orNow: name)
    duplicates[path] = owner == name ? nil : owner
    guard owner == name else { return }
    claimed[path] = target
    let family = LogFamily(path: path, oldFolder: settings.oldFolder, others: settings.others)
    var position: FilePosition?
    if case .file(let known)? = positions[name] {
      position = known
    } else if isPattern {
      position = endEarly(of: path)
    }
    let (claims, source) = (claims, self.name)
    followers[family.path] = LogFollower(
      name: name,
      family: family,
      position: position,
      readsRotated: settings.readsRotated,
      calls: calls
    ) { claims.holder(of: $0, besides: source) }
  }

  /// The folders where something may happen.
  var folders: Set<String> {
    var folders = isPattern ? PathPattern(settings.path).folders(calls: calls) : []
    for follower in followers.values {
      folders.formUnion(follower.family.folders)
      let target = calls.resolved(follower.family.path)
      for path in [target, calls.resolved(follower.reader?.bytes.path ?? target)] {
        folders.insert(LogFamily(path: path).folder)
      }
    }
    return folders
  }

  /// Whether a change to a file of this name is of interest.
  func concerns(_ fileName: String) -> Bool {
    followers.values.contains { follower in
      follower.family.concerns(fileName)
        || follower.reader.map { $0.bytes.path.hasSuffix("/" + fileName) } == true
        || claimed[follower.family.path]?.hasSuffix("/" + fileName) == true
    }
  }

  /// Reads all logs to their ends; `looks`: a file may have come, gone, or got another name.
  ///
  /// Returns early, with false, when `isStopping` says so.
  func pass(
    looks: Bool,
    into sink: (LineBatch) throws -> Void,
    state: Locked<SourceState>,
    isStopping: () -> Bool
  ) throws -> Bool {
    let wasCaughtUp = state.withLock { $0.isCaughtUp }
    if looks { findLogs() }
    for (_, follower) in followers.sorted(by: { $0.key < $1.key }) {
      follower.problems = []
      if looks { follower.mustLook = true }
      var isNew = wasCaughtUp
      reading: while true {
        let step = follower.step()
        hold(follower.openFiles, of: follower)
        switch step {
        case .idle: break reading
        case .moved: if isStopping() { return false }
        case .batch(var batch):
          batch.isNew = isNew && !batch.beginsFile
          batch.beginsNewFile = wasCaughtUp && batch.beginsFile
          isNew = false
          // Who takes the batch can know of the lines that are lost in front of it.
          if !follower.gaps.isEmpty { state.withLock { report(to: &$0) } }
          try sink(batch)
          state.withLock { state in
            state.positions[batch.source] = batch.end
            state.isCaughtUp = false
            report(to: &state)
          }
          if isStopping() { return false }
        }
      }
    }
    state.withLock { state in
      state.isCaughtUp = true
      report(to: &state)
    }
    return true
  }

  /// The names here of logs that were saved under another one, by that; of several that lead to the
  /// same file the one that was read furthest.
  func adopted(_ positions: [String: SourcePosition]) -> [String: String] {
    findLogs()
    var names: [String: String] = [:]
    for (_, follower) in followers.sorted(by: { $0.key < $1.key }) {
      let found = follower.place(in: positions.filter { names[$0.key] == nil })
      if let found { names[found] = follower.name }
    }
    return names
  }

  /// Follows the logs that came up since, and no longer those of which nothing is left.
  private func findLogs() {
    for (path, target) in claimed where calls.target(of: path) != target { reclaim(path) }
    guard isPattern else {
      if followers.isEmpty { follow(settings.path, as: name) }
      return
    }
    let logs = PathPattern(settings.path).logs(calls: calls) { path in
      followers[path] != nil || positions[name + ":" + path] != nil
        || claims.isFollowed(calls.target(of: path))
    }
    for (path, follower) in followers where !logs.contains(path) && follower.isDone {
      end(path)
    }
    duplicates = duplicates.filter { logs.contains($0.key) }
    // Links behind what they lead to: where they lead may change.
    let new = logs.filter { followers[$0] == nil }.sorted()
    let links = new.filter { calls.resolved($0) != $0 }
    for path in new.filter({ !links.contains($0) }) + links {
      follow(path, as: name + ":" + path)
    }
  }

  /// A link leads elsewhere now: if to a log that is followed, it is one no longer itself.
  private func reclaim(_ path: String) {
    guard let follower = followers[path], let before = claimed[path] else { return }
    // A link that leads nowhere: what it led to is being rotated.
    guard (try? calls.status(at: path)) != nil else { return }
    let target = calls.target(of: path)
    claims.release(before, by: follower.name)
    claimed[path] = target
    let owner = claims.owner(of: target, orNow: follower.name)
    guard owner != follower.name else { return }
    end(path)
    duplicates[path] = owner
  }

  /// Follows the log at `path` no longer; returns the place that was read last, which is kept.
  @discardableResult private func end(_ path: String) -> FilePosition? {
    guard let follower = followers.removeValue(forKey: path) else { return nil }
    hold([], of: follower)
    if let target = claimed.removeValue(forKey: path) {
      claims.release(target, by: follower.name)
    }
    guard case .position(let place) = follower.anchor else { return nil }
    positions[follower.name] = .file(place)
    return place
  }

  /// Lets no other source read what `follower` has open.
  private func hold(_ files: Set<FileIdentity>, of follower: LogFollower) {
    guard files != follower.held else { return }
    claims.hold(files, insteadOf: follower.held, by: name)
    follower.held = files
  }

  /// Ends the followers of rotated files of `log`, which were taken for logs while it was missing.
  ///
  /// Returns the place that was read last in any of them, now or before the start.
  private func endEarly(of log: String) -> FilePosition? {
    func isEarly(_ path: String) -> Bool {
      path != log && LogFamily.isRotated(path, of: log)
    }
    var places: [FilePosition] = []
    for (source, position) in positions {
      guard case .file(let place) = position, source.hasPrefix(name + ":"),
        isEarly(String(source.dropFirst(name.count + 1)))
      else { continue }
      places.append(place)
    }
    places += followers.keys.filter(isEarly).compactMap { end($0) }
    return places.max { left, right in
      (left.modified?.nanoseconds ?? .min, left.offset)
        < (right.modified?.nanoseconds ?? .min, right.offset)
    }
  }

  /// What `FileSource` found itself.
  private func unwatched(_ state: SourceState) -> [SourceProblem] {
    state.problems.filter { if case .notWatched = $0.reason { true } else { false } }
  }

  private func report(to state: inout SourceState) {
    state.followed = []
    state.bytesBehind = 0
    var problems: Set<SourceProblem> = []
    for follower in followers.values {
      problems.formUnion(follower.problems)
      if follower.isMissing {
        let path = follower.family.path
        let isDirectory = (try? calls.status(at: path))?.kind == .directory
        problems.insert(SourceProblem(isDirectory ? .directory : .missing, at: path))
      }
      for gap in follower.gaps { state.add(gap) }
      follower.gaps = []
      guard let reader = follower.reader else { continue }
      state.followed.append(reader.bytes.path)
      let size = (try? reader.bytes.status().size) ?? reader.offset
      let behind = max(0, size - reader.offset) + follower.bytesInNext
      state.bytesBehind = (state.bytesBehind ?? 0) + behind
    }
    for (path, owner) in duplicates {
      problems.insert(SourceProblem(.followed(source: owner), at: path))
    }
    if isPattern, followers.isEmpty, duplicates.isEmpty {
      problems.insert(SourceProblem(.missing, at: settings.path))
    }
    state.followed.sort()
    state.problems = unwatched(state) + problems.sorted { $0.place < $1.place }
  }
}

extension LineBatch {
  /// Nothing of the file was read before: it may have come long after its lines.
  fileprivate var beginsFile: Bool {
    guard case .file(let position) = end else { return false }
    return position.offset <= bytes.count
  }
}
