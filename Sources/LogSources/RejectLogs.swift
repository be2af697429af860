/// Exim's reject logs: each line of them that tells of a failure is in the main log, too.
package enum RejectLogs {
  /// `paths` without the reject logs whose main log is among them.
  ///
  /// The names are those of `log_file_path` with `%s`, `rejectlog` and `mainlog` or `reject.log` and
  /// `main.log`, rotated and compressed as may be.
  package static func leftOut(of paths: [String]) -> [String] {
    let logs = Set(paths.map(log))
    return paths.filter { path in
      let name = String(name(of: path))
      guard let mark = name.firstRange(of: "reject") else { return true }
      let main = "\(name[..<mark.lowerBound])main\(name[mark.upperBound...])"
      return !logs.contains(log("\(path.dropLast(name.count))\(main)"))
    }
  }

  private static func name(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  /// The log that a file belongs to.
  private static func log(_ path: String) -> String {
    let name = name(of: path)
    let log = LogFamily.log(of: String(name)) { name.hasPrefix($0) }
    return path.dropLast(name.count) + (log ?? String(name))
  }
}
