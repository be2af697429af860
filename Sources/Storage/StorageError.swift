import GRDB
package import MailLog

/// Why the database cannot be used.
package struct StorageError: Error, Equatable, Sendable {
  package enum Code: Equatable, Sendable {
    /// Neither a database of this program nor an empty file.
    case foreign
    /// SQLite finds the file damaged, or what it holds cannot be right.
    case damaged(part: String)
    /// A later version of this program wrote it.
    case newer
    case inUse
    /// Another database has taken its place while it was open.
    case replaced
    case permissionDenied
    /// Nobody may write to its file system.
    case readOnly
    case directory
    case missingFolder
    case full
    case failed(result: Int32)
  }

  package let code: Code
  package let path: String

  /// Whether room on the disk may help: a quota, or a limit on files, is an error of writing.
  package var isForWantOfRoom: Bool {
    code == .full || code == .failed(result: ResultCode.SQLITE_IOERR_WRITE.rawValue)
  }

  package init(_ code: Code, path: String) {
    self.code = code
    self.path = path
  }

  /// What is stored cannot be right.
  package init(_ damage: StoredDamage, path: String) {
    self.init(.damaged(part: damage.part), path: path)
  }

  /// The error for one that SQLite or GRDB threw, or for damage.
  init(_ error: any Error, path: String) {
    if let error = error as? StorageError {
      self = error
      return
    }
    if let damage = error as? StoredDamage {
      self = StorageError(damage, path: path)
      return
    }
    let error = error as? DatabaseError ?? DatabaseError(resultCode: .SQLITE_ERROR)
    self.path = path
    code =
      switch error.resultCode {
      case .SQLITE_NOTADB: .foreign
      case .SQLITE_CORRUPT: .damaged(part: "file")
      case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse
      case .SQLITE_READONLY where DatabaseAccess.isMountedReadOnly(path): .readOnly
      case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH: .permissionDenied
      case .SQLITE_CANTOPEN: .missingFolder
      case .SQLITE_FULL: .full
      default: .failed(result: error.extendedResultCode.rawValue)
      }
  }
}

extension StorageError: CustomStringConvertible {
  /// What, where, and what to do.
  package var description: String {
    let file = "'\(escapedText(path.utf8))'"
    return switch code {
    case .foreign:
      """
      \(file) is no database of submitwatch, and was left as it is; \
      name another file, or move this one away
      """
    case .damaged(let part):
      """
      the database \(file) is damaged (\(part)), and was left as it is; restore it from a backup, \
      or move it and its '-wal' file away: what the logs still hold is then counted again
      """
    case .newer:
      """
      a later version of submitwatch wrote the database \(file), and it was left as it is; \
      install that version again, or move the database away
      """
    case .inUse: "the database \(file) is in use by another process; stop it first"
    case .replaced:
      """
      another file has taken the place of the database \(file); restart the daemon to go on from \
      it, or move it away to keep what is counted
      """
    case .permissionDenied:
      """
      cannot write the database \(file): permission denied; \
      it and its folder must belong to the service's user
      """
    case .readOnly:
      """
      cannot write the database \(file): its file system is read-only; remount it writable, \
      or let the service write there (ReadWritePaths=)
      """
    case .directory: "\(file) is a directory and no database; name a file in it"
    case .missingFolder:
      "cannot open the database \(file): its folder must exist and belong to the service's user"
    case .full:
      "cannot write the database \(file): no space is left; what was counted is saved once there is"
    case .failed(let result):
      """
      cannot use the database \(file): SQLite result \(result) (sqlite.org/rescode.html); \
      what was counted is saved when the next attempt succeeds
      """
    }
  }
}
