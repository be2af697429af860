import Foundation

/// Whether this user may write all that a database consists of.
///
/// SQLite has one result for a missing folder, a directory in the place of the file and a file that
/// may not be read; one that may only be read it opens, and fails to lock.
enum DatabaseAccess {
  static func check(_ path: String) throws(StorageError) {
    let files = FileManager.default
    // Beside what a link leads to, as SQLite has it.
    let path = target(of: path)
    if isMountedReadOnly(path) { throw StorageError(.readOnly, path: path) }
    for file in [path, path + "-wal"] {
      let type = try? files.attributesOfItem(atPath: file)[.type] as? FileAttributeType
      if type == .typeDirectory { throw StorageError(.directory, path: file) }
      do {
        try FileHandle(forUpdating: URL(filePath: file)).close()
      } catch {
        // Of all else SQLite says what is wrong, if anything is.
        let code = (error as? CocoaError)?.code
        if code == .fileReadNoPermission || code == .fileWriteNoPermission {
          throw StorageError(.permissionDenied, path: file)
        }
      }
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    if files.fileExists(atPath: folder), !files.isWritableFile(atPath: folder) {
      throw StorageError(.permissionDenied, path: path)
    }
  }

  /// Whether the file system that it is on, or would be on, takes nothing from anybody.
  static func isMountedReadOnly(_ path: String) -> Bool {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    return unsafe access(folder, W_OK) != 0 && errno == EROFS
  }

  /// Where links lead, be there a file or not.
  private static func target(of path: String) -> String {
    var file = URL(filePath: path)
    // As many as the kernel follows, path_resolution(7).
    for _ in 0..<40 {
      guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path) else {
        break
      }
      file = URL(filePath: link, relativeTo: file.deletingLastPathComponent()).standardizedFileURL
    }
    return file.path
  }
}
