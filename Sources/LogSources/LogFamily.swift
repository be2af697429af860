import Glibc
import MailLog
import Platform

/// One of the files that a log is written to.
struct LogFile: Equatable {
  var path: String
  var identity: FileIdentity
  var size: Int64
  var modified: Timestamp
  /// It bears the name that the log is written under.
  var isCurrent: Bool

  /// Tells it from a later file that has got its inode.
  var stamp: Stamp { Stamp(identity: identity, size: size, modified: modified) }

  struct Stamp: Hashable {
    var identity: FileIdentity
    var size: Int64
    var modified: Timestamp
  }
}

extension FileStatus {
  var stamp: LogFile.Stamp {
    LogFile.Stamp(identity: identity, size: size, modified: modified)
  }
}

/// The files that one log is written to, one after the other: the rotated ones and the current one.
///
/// The log has a fixed name and rotated files a number or a date behind it, `mail.log.2.gz` and
/// `mail.log-20261121`, or in front of its extension, `mail-20261121.log`; or all its names have the
/// date, in the place of Exim's `%D` (a day) or `%M` (a month). A number stands behind a dot only:
/// `mail-2.log` is a log of its own.
struct LogFamily {
  /// As in the settings.
  let path: String
  let folder: String
  let name: String
  /// Where rotated files are too: `olddir` of logrotate(8).
  let oldFolder: String?
  /// Paths of logs of their own, whatever their names say.
  let others: Set<String>

  init(path: String, oldFolder: String? = nil, others: Set<String> = []) {
    self.path = path
    self.oldFolder = oldFolder
    self.others = others
    let slash = path.lastIndex(of: "/")
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  var isDated: Bool { name.contains("%D") || name.contains("%M") }

  var folders: [String] { [folder] + [oldFolder].compactMap(\.self) }

  /// All files of the log, oldest first; none where the folder is missing.
  ///
  /// While files are renamed a folder can show one twice or not at all: it is read until it shows
  /// the same twice.
  func files(calls: any FileCalls) throws(LogSourceError) -> [LogFile] {
    var last = try filesNow(calls: calls)
    for _ in 0..<20 {
      let next = try filesNow(calls: calls)
      if last.map(\.path) == next.map(\.path), last.map(\.identity) == next.map(\.identity) {
        return next
      }
      last = next
    }
    return last
  }

  private func filesNow(calls: any FileCalls) throws(LogSourceError) -> [LogFile] {
    var found: [(file: LogFile, age: Age)] = []
    var named: [(Age, String)] = []
    for folder in folders { named += try paths(in: folder, calls: calls) }
    for (age, path) in named {
      do throws(SystemCallFailure) {
        let status = try calls.status(at: path)
        guard status.kind == .regular else { continue }
        let file = LogFile(
          path: path,
          identity: status.identity,
          size: status.size,
          modified: status.modified,
          isCurrent: age == .current
        )
        found.append((file, age))
      } catch {
        // It has just been renamed, or the link leads nowhere.
        if error.number != ENOENT { throw LogSourceError(opening: path, error) }
      }
    }
    let isMixed = Set(found.map { $0.age.kind }.filter { $0 != 2 }).count > 1
    found.sort { left, right in
      if isMixed, !left.file.isCurrent, !right.file.isCurrent {
        return left.file.modified < right.file.modified
      }
      return left.age < right.age
    }
    let files = found.map(\.file)
    // A second link to the same file, as some rotate.
    return files.enumerated().filter { index, file in
      !files[(index + 1)...].contains { $0.identity == file.identity }
    }.map(\.element)
  }

  /// Where the files of a folder are; of one that is just being compressed only the original.
  private func paths(
    in folder: String,
    calls: any FileCalls
  ) throws(LogSourceError) -> [(Age, String)] {
    let names: [String]
    do throws(SystemCallFailure) {
      names = try calls.names(in: folder)
    } catch {
      guard error.number != ENOENT, error.number != ENOTDIR else { return [] }
      throw LogSourceError(opening: folder, error)
    }
    let all = Set(names)
    return names.compactMap { name in
      let plain = Self.withoutCompression(name)
      guard name == plain || !all.contains(plain) else { return nil }
      guard let age = age(of: plain, isCompressed: name != plain) else { return nil }
      // The log itself is not among the old ones.
      guard age != .current || folder == self.folder else { return nil }
      let start = folder == "/" ? "/" : folder + "/"
      guard age == .current || !others.contains(start + plain) else { return nil }
      return (age, start + name)
    }
  }

  /// Whether something that happens to a file of this name may be of interest.
  func concerns(_ fileName: String) -> Bool {
    if isDated { return age(of: Self.withoutCompression(fileName), isCompressed: false) != nil }
    return fileName.hasPrefix(stem)
  }

  /// The name of the log as the settings have it, without the extension.
  var stem: Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }
}
