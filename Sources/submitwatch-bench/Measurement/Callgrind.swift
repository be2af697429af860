/// Counts instructions with valgrind: the same number on each run.
enum Callgrind {
  /// How many instructions a program's run takes.
  static func instructions(
    of child: ChildProcess,
    _ folder: borrowing TemporaryFolder
  ) throws(BenchError) -> Int {
    let profile = folder.file(.callgrind)
    // A program that is missing would otherwise be valgrind's error.
    guard SystemFile.exists(child.program) else {
      throw BenchError(code: .programMissing, subject: child.program)
    }
    let valgrind = ChildProcess(
      program: "valgrind",
      arguments: [
        "--quiet", "--tool=callgrind", "--callgrind-out-file=\(profile)", child.program,
      ] + child.arguments
    )
    _ = try valgrind.run(output: folder.file(.output))
    return try total(in: profile)
  }

  /// The number of a profile's `totals:` line, or else of its `summary:` line.
  private static func total(in profile: String) throws(BenchError) -> Int {
    var lines = try LineSequence(profile)
    var summary: Int?
    while let bytes = try lines.next() {
      let line = String(decoding: bytes, as: UTF8.self)
      guard line.hasPrefix("totals: ") || line.hasPrefix("summary: "),
        let word = line.split(whereSeparator: \.isWhitespace).dropFirst().first,
        let number = Int(word)
      else { continue }
      if line.hasPrefix("totals: ") { return number }
      summary = number
    }
    guard let summary else { throw BenchError(code: .outputUnreadable, subject: profile) }
    return summary
  }
}
