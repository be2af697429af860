import Glibc
import Platform

/// A path with `*`, `?` or `[…]` in its names, as in a shell.
struct PathPattern {
  private let isAbsolute: Bool
  private let names: [String]

  init(_ path: String) {
    isAbsolute = path.hasPrefix("/")
    names = path.split(separator: "/").map(String.init)
  }

  static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

  /// All folders where a match may be.
  func folders(calls: any FileCalls) -> Set<String> {
    var all: Set<String> = []
    for depth in 0..<names.count { all.formUnion(matches(depth: depth, calls: calls)) }
    return all
  }

  /// The logs that match; of rotated files the log that they belong to.
  ///
  /// A folder without any file of such a log has none. A log that `hasBeen` there may be missing: for
  /// a moment when it is rotated, or until a line comes.
  func logs(calls: any FileCalls, hasBeen: (String) -> Bool) -> Set<String> {
    let found = matches(depth: names.count, calls: calls).filter { path in
      names.last.map(Self.isPattern) == true || hasBeen(path) || Self.isLog(path, calls: calls)
    }
    let files = found.map(Self.split)
    let paths = Set(files.map { $0.folder + $0.name })
    let compressed = Set(
      files.compactMap { file in
        LogFamily.log(ofCompressed: file.name).map { file.folder + $0 }
      }
    )
    return Set(
      files.compactMap { folder, name in
        let log = LogFamily.log(of: name) { name in
          let log = folder + name
          return paths.contains(log) || compressed.contains(log) || hasBeen(log)
            || Self.mayBeFile(log, calls: calls)
        }
        return log.map { folder + $0 }
      }
    )
  }

  /// The folder with its slash, and the name in it.
  private static func split(_ path: String) -> (folder: String, name: String) {
    let end = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return (String(path[..<end]), String(path[end...]))
  }

  private static func mayBeFile(_ path: String, calls: any FileCalls) -> Bool {
    mayBe(path, calls: calls) { $0.kind == .regular }
  }

  private static func mayBe(
    _ path: String,
    calls: any FileCalls,
    _ isWanted: (FileStatus) -> Bool
  ) -> Bool {
    do throws(SystemCallFailure) {
      return isWanted(try calls.status(at: path))
    } catch {
      return error.number != ENOENT && error.number != ENOTDIR
    }
  }

  /// Whether there is something of that name, or a file that belongs to such a log.
  private static func isLog(_ path: String, calls: any FileCalls) -> Bool {
    mayBe(path, calls: calls) { _ in true }
      || (try? LogFamily(path: path).files(calls: calls).isEmpty) != true
  }

  /// What matches the first `depth` names.
  private func matches(depth: Int, calls: any FileCalls) -> [String] {
    var found = [isAbsolute ? "/" : "."]
    for name in names.prefix(depth) {
      found = found.flatMap { folder in
        let prefix = folder == "/" ? "/" : folder == "." && !isAbsolute ? "" : folder + "/"
        guard Self.isPattern(name) else { return [prefix + name] }
        let all = (try? calls.names(in: folder)) ?? []
        // fnmatch(3); a leading dot is matched by a dot only.
        return all.filter { unsafe fnmatch(name, $0, FNM_PERIOD) == 0 }.map { prefix + $0 }
      }
    }
    return found
  }
}
