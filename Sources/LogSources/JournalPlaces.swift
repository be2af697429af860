import Glibc
import MailLog
import Platform

/// Where a journal's files are, and whether it must be opened again to be read there.
///
/// libsystemd does not notice when a root that was missing comes, or is made anew, as /var/log/journal
/// by an operator; nor the first folder of a namespace; nor anything where inotify has no room left.
final class JournalPlaces {
  /// The kernel reports what changes there.
  let isWatched: Bool
  /// Changes that are not reported.
  let problems: [SourceProblem]
  private let settings: JournalSourceSettings
  private let calls: any FileCalls
  /// Open, so that no folder that comes later gets the inode of one of these.
  private var folders: [String: (descriptor: Int32, identity: FileIdentity)] = [:]
  private var files: Set<String> = []
  private var lastLook = ContinuousClock.now

  init(_ settings: JournalSourceSettings, calls: any FileCalls) {
    self.settings = settings
    self.calls = calls
    let paths = JournalAccess.folders(settings, calls: calls)
    let failure = Self.watchFailure(paths)
    isWatched = failure == nil
    problems =
      failure.map {
        [SourceProblem(.notWatched(errorNumber: $0.number), at: settings.place)]
      } ?? []
    for path in held(paths) {
      guard let descriptor = try? calls.open(path) else { continue }
      guard let identity = try? calls.status(of: descriptor).identity else {
        calls.close(descriptor)
        continue
      }
      folders[path] = (descriptor, identity)
    }
    files = fileNames()
  }

  deinit {
    for folder in folders.values { calls.close(folder.descriptor) }
  }

  /// Why folders cannot be watched now; libsystemd says nothing of it.
  private static func watchFailure(_ paths: [String]) -> SystemCallFailure? {
    do throws(SystemCallFailure) {
      let failed = try FolderWatch().watch(Set(paths))
      return failed.values.min().map { SystemCallFailure(number: $0) }
    } catch {
      return error
    }
  }

  /// Looks, if it has not for a while, whether folders came, went or were made anew; where changes are
  /// not reported also whether files did, or they are reported now.
  func mustOpenAgain() -> Bool {
    guard lastLook.duration(to: .now) >= settings.lookInterval else { return false }
    lastLook = .now
    let all = JournalAccess.folders(settings, calls: calls)
    let paths = held(all)
    let isSame = paths.allSatisfy { path in
      folders[path].map { (try? calls.status(at: path).identity) == $0.identity } ?? false
    }
    guard isSame, Set(paths).count == folders.count else { return true }
    guard !isWatched else { return false }
    return fileNames() != files || Self.watchFailure(all) == nil
  }

  /// The folders that are looked at: what comes and goes within that of the settings is seen to by
  /// who reads it.
  private func held(_ paths: [String]) -> [String] { settings.directory.map { [$0] } ?? paths }

  private func fileNames() -> Set<String> {
    guard settings.directory == nil else { return [] }
    let names = folders.keys.flatMap { folder in
      ((try? calls.names(in: folder)) ?? []).map { folder + "/" + $0 }
    }
    return Set(names.filter { $0.hasSuffix(".journal") || $0.hasSuffix(".journal~") })
  }
}
