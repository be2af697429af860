/// What the names of log files say.
extension LogFamily {
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

  func age(of other: String, isCompressed: Bool) -> Age? {
    if isDated { return Self.date(in: other, pattern: name).map { .date($0) } }
    if other == name { return isCompressed ? nil : .current }
    if other.hasPrefix(name) { return Self.age(suffix: other.dropFirst(name.count)) }
    let end = name[stem.endIndex...]
    guard Self.isExtension(end), other.hasPrefix(stem), other.hasSuffix(end) else { return nil }
    guard other.utf8.count > name.utf8.count else { return nil }
    return Self.age(suffix: other.dropFirst(stem.count).dropLast(end.count))
  }

  /// What `.1`, `-20261121` or `.2026-11-21_0400` say.
  ///
  /// A date begins with the year, as logrotate.conf(5) demands of `dateformat`: `-1` and
  /// `-172-31-45-67` are the ends of hosts' names, and `.0.2.10` is that of an address.
  private static func age(suffix: Substring) -> Age? {
    guard let first = suffix.first, first == "." || first == "-" else { return nil }
    let rest = suffix.dropFirst()
    let digits = rest.filter(isDigit)
    guard !digits.isEmpty, rest.allSatisfy({ isDigit($0) || "-_.:T".contains($0) })
    else { return nil }
    if digits.count >= 6 { return rest.prefix(while: isDigit).count >= 4 ? .date(digits) : nil }
    return first == "." && digits.count == rest.count ? Int(digits).map { .number($0) } : nil
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  /// Whether rotated files may have a number in front of this; not if it is the end of an address.
  private static func isExtension(_ end: Substring) -> Bool {
    !end.dropFirst().allSatisfy(isDigit)
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
        guard found.count == count, found.allSatisfy(isDigit) else { return nil }
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

  // MARK: The log of a file

  /// The name of the log that a file of this name belongs to, its own perhaps; nil: of none.
  ///
  /// A date behind a name says that it is a rotated file. A number does, or what stands in front of
  /// an extension, if the log that is left without it `isKnown`: hosts and addresses give names to
  /// logs, too. What is compressed is no log of its own.
  static func log(of name: String, isKnown: (String) -> Bool) -> String? {
    let plain = withoutCompression(name)
    // As much as can be a date belongs to it: `mail.log-2026-11-21`.
    let ends = plain.indices.dropFirst().filter { plain[$0] == "." || plain[$0] == "-" }
    for index in ends {
      if case .date = age(suffix: plain[index...]) { return String(plain[..<index]) }
    }
    guard let last = plain.lastIndex(of: "."), last > plain.startIndex else { return plain }
    var logs: [String] = []
    if case .number = age(suffix: plain[last...]) { logs.append(String(plain[..<last])) }
    if isExtension(plain[last...]) {
      logs += ends.filter { $0 < last && age(suffix: plain[$0..<last]) != nil }
        .map { String(plain[..<$0] + plain[last...]) }
    }
    if let log = logs.first(where: isKnown) { return log }
    return logs.isEmpty || plain == name ? plain : nil
  }

  /// The log that a compressed file with a number is of: nobody compresses a log that is written to.
  ///
  /// nil for what may be an address.
  static func log(ofCompressed name: String) -> String? {
    let plain = withoutCompression(name)
    guard plain != name, let dot = plain.lastIndex(of: "."),
      case .number = age(suffix: plain[dot...]), plain[..<dot].contains(where: \.isLetter)
    else { return nil }
    return String(plain[..<dot])
  }

  /// Whether by its name the file at `path` may be a rotated one of the log at `log`.
  static func isRotated(_ path: String, of log: String) -> Bool {
    let family = LogFamily(path: log)
    let file = LogFamily(path: path)
    guard family.folder == file.folder else { return false }
    return family.age(of: withoutCompression(file.name), isCompressed: false) != nil
  }
}
