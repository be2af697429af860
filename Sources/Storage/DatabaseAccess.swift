import Foundation

/// Whether this user may write all that a database consists of.
///
/// SQLite has one result for a missing folder, a directory in the place of the file and a file that
/// may not be read; one that may only be read it opens, and fails to lock.
enum DatabaseAccess {
  static func check(_ path: String) throws(StorageError) {
    let files = FileManager.default
    // Beside what a link leads to, as SQLite has it.
    let path = URL(filePath: path).resolvingSymlinksInPath().path
    for file in [path, path + "-wal"] {
      let target = URL(filePath: file).resolvingSymlinksInPath().path
      let type = try? files.attributesOfItem(atPath: target)[.type] as? FileAttributeType
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
}
