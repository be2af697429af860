import Platform

/// Which source follows which file: a log that several sources name counts once.
package final class LogClaims: Sendable {
  private struct Owners {
    /// By the paths that their logs have without links.
    var logs: [String: String] = [:]
    /// Of files that are open: only these keep their inodes.
    var files: [FileIdentity: String] = [:]
  }

  private let owners = Locked(Owners())

  package init() {}

  /// The source that follows the log at `path`, a path without links: `source`, if none did before.
  func owner(of path: String, orNow source: String) -> String {
    owners.withLock { owners in
      let owner = owners.logs[path] ?? source
      owners.logs[path] = owner
      return owner
    }
  }

  /// Whether a source follows the log at `path`, a path without links; its file may be missing.
  func isFollowed(_ path: String) -> Bool { owners.withLock { $0.logs[path] != nil } }

  func release(_ path: String, by source: String) {
    owners.withLock { owners in
      if owners.logs[path] == source { owners.logs[path] = nil }
    }
  }

  /// The source other than `source` that holds the file open, under whatever name.
  func holder(of file: FileIdentity, besides source: String) -> String? {
    owners.withLock { owners in
      owners.files[file].flatMap { $0 == source ? nil : $0 }
    }
  }

  /// `source` has opened these files of a log, and no longer holds `old`.
  func hold(_ files: Set<FileIdentity>, insteadOf old: Set<FileIdentity>, by source: String) {
    owners.withLock { owners in
      for file in old.subtracting(files) where owners.files[file] == source {
        owners.files[file] = nil
      }
      for file in files where owners.files[file] == nil { owners.files[file] = source }
    }
  }
}
