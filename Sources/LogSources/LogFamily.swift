import Glibc
import MailLog

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
/// date, in the place of Exim's `%D` (a day) or `%M` (a month).
struct LogFamily {
  /// As in the settings.
  let path: String
  let folder: String
  let name: String
  /// Where rotated files are too: `olddir` of logrotate(8).
  let oldFolder: String?

  init(path: String, oldFolder: String? = nil) {
    self.path = path
    self.oldFolder = oldFolder
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
      return (age, folder == "/" ? "/" + name : folder + "/" + name)
    }
  }

  /// Whether something that happens to a file of this name may be of interest.
  func concerns(_ fileName: String) -> Bool {
    if isDated { return age(of: Self.withoutCompression(fileName), isCompressed: false) != nil }
    return fileName.hasPrefix(stem)
  }

  /// The name of the log as the settings have it, without the extension.
  private var stem: Substring {
    name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }

  // MARK: Names

  /// The place of a file among the others; the oldest is the smallest.
  enum Age: Comparable {
    case number(Int)
    case date(String)
    case current

    var kind: Int {
      switch self {
      case .number: 0
      case .date: 1
      case .current: 2
      }
    }

    static func < (left: Age, right: Age) -> Bool {
      switch (left, right) {
      case (.number(let left), .number(let right)): left > right
      case (.date(let left), .date(let right)): left < right
      default: left.kind < right.kind
      }
    }
  }

  private static let extensions = [".gz", ".bz2", ".xz", ".zst"]

  static func withoutCompression(_ name: String) -> String {
    extensions.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
  }

  private func age(of other: String, isCompressed: Bool) -> Age? {
    if isDated { return Self.date(in: other, pattern: name).map { .date($0) } }
    if other == name { return isCompressed ? nil : .current }
    if other.hasPrefix(name) { return Self.age(suffix: other.dropFirst(name.count)) }
    let end = name[stem.endIndex...]
    guard !end.isEmpty, other.hasPrefix(stem), other.hasSuffix(end) else { return nil }
    guard other.utf8.count > name.utf8.count else { return nil }
    return Self.age(suffix: other.dropFirst(stem.count).dropLast(end.count))
  }

  /// What `.1`, `-20261121` or `.2026-11-21_0400` say.
  private static func age(suffix: Substring) -> Age? {
    guard let first = suffix.first, first == "." || first == "-" else { return nil }
    let rest = suffix.dropFirst()
    let digits = rest.filter { ("0"..."9").contains($0) }
    guard !digits.isEmpty, rest.allSatisfy({ ("0"..."9").contains($0) || "-_.:T".contains($0) })
    else { return nil }
    if digits.count == rest.count, digits.count < 6 { return Int(digits).map { .number($0) } }
    return digits.count < 6 ? nil : .date(digits)
  }

  /// The digits in the place of `%D` or `%M`.
  private static func date(in name: String, pattern: String) -> String? {
    var digits = ""
    var rest = name[...]
    var pattern = pattern[...]
    while let character = pattern.first {
      let count = pattern.hasPrefix("%D") ? 8 : pattern.hasPrefix("%M") ? 6 : 0
      if count > 0 {
        let found = rest.prefix(count)
        guard found.count == count, found.allSatisfy({ ("0"..."9").contains($0) }) else {
          return nil
        }
        digits += found
        rest = rest.dropFirst(count)
        pattern = pattern.dropFirst(2)
      } else {
        guard rest.first == character else { return nil }
        rest = rest.dropFirst()
        pattern = pattern.dropFirst()
      }
    }
    return rest.isEmpty ? digits : nil
  }

  /// The name of the log that a file of this name belongs to, if it is not its own.
  static func familyName(of name: String) -> String {
    let plain = withoutCompression(name)
    for index in plain.indices.reversed() where plain[index] == "." || plain[index] == "-" {
      let isWhole = plain.startIndex < index
      if isWhole, age(suffix: plain[index...]) != nil {
        // `mail.log-2026-11-21`: as much as can be a date belongs to it.
        return familyName(of: String(plain[..<index]))
      }
    }
    return plain
  }
}
