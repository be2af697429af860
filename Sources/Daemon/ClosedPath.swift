import Glibc
import Reports

/// The first part of a path that keeps this program from a file, and what would let it in.
struct ClosedPath: Equatable {
  /// The file, or a folder above it.
  var path: String
  var isFolder: Bool
  /// Its bits and its group, stat(2).
  var mode: UInt32
  var group: UInt32

  /// What to do about it.
  ///
  /// - Parameters:
  ///   - own: the groups that the program has.
  ///   - usual: the one of them that logs are given to.
  ///   - name: what a group is called.
  /// - Returns: never that root's group is to be joined, or one that the program has.
  func remedy(
    own: Set<UInt32>,
    usual: String,
    name: (UInt32) -> String?
  ) -> StatusWarning.Access {
    // systemd.exec(5): what a unit's sandbox hides is a folder that nobody may enter.
    if isFolder, mode & 0o777 == 0 { return .unhide(path: path) }
    let needed: UInt32 = isFolder ? 0o050 : 0o040
    let isOpen = mode & needed == needed
    // Root's group opens far more than logs.
    let known = group == 0 ? nil : name(group)
    if isOpen, own.contains(group) { return .unhide(path: path) }
    if isOpen, let known { return .join(group: known) }
    let giver = own.contains(group) ? known : nil
    return .give(path: path, isFolder: isFolder, group: giver ?? usual)
  }
}

extension ClosedPath {
  /// nil: nothing on the way is closed, or nobody can tell.
  ///
  /// `isOpen`: whether this program may use a path in these ways, of access(2).
  init?(to file: String, isOpen: (String, Int32) -> Bool = isOpen) {
    let names = file.split(separator: "/")
    for depth in 0..<names.count {
      let folder = "/" + names.prefix(depth).joined(separator: "/")
      // Rotated logs are looked for in the file's own folder.
      let isLast = depth == names.count - 1
      guard isOpen(folder, isLast ? R_OK | X_OK : X_OK) else {
        self.init(at: folder)
        return
      }
    }
    guard !isOpen(file, R_OK) else { return nil }
    self.init(at: file)
  }

  private init?(at path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(
      path: path,
      isFolder: status.st_mode & S_IFMT == S_IFDIR,
      mode: status.st_mode & 0o7777,
      group: status.st_gid
    )
  }

  private static func isOpen(_ path: String, _ mode: Int32) -> Bool {
    unsafe faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 || errno != EACCES
  }
}

extension StatusWarning.Access {
  /// What lets this program read a log that it may not read now.
  static func toRead(_ file: String) -> StatusWarning.Access {
    guard let closed = ClosedPath(to: file) else { return .unhide(path: file) }
    let own = SystemFacts.groups
    let usual = own.compactMap(SystemFacts.name).first { $0 == "adm" }
    return closed.remedy(
      own: own,
      usual: usual ?? SystemFacts.name(ofGroup: getegid()) ?? "adm",
      name: SystemFacts.name
    )
  }
}
