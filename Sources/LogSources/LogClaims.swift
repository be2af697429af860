import Locking

/// Which source follows which file: a log that several sources name counts once.
package final class LogClaims: Sendable {
  /// The sources' names, by the paths that their files have without links.
  private let owners = Locked<[String: String]>([:])

  package init() {}

  /// The source that follows the log at `path`, a path without links: `source`, if none did before.
  func owner(of path: String, orNow source: String) -> String {
    owners.withLock { owners in
      let owner = owners[path] ?? source
      owners[path] = owner
      return owner
    }
  }

  func release(_ path: String, by source: String) {
    owners.withLock { owners in
      if owners[path] == source { owners[path] = nil }
    }
  }
}
