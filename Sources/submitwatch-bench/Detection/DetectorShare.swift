/// What the detector costs the lines, in instructions: the same on each run.
enum DetectorShare {
  /// Its share of all that is done with the lines of a busy log, bounces and evidence included, in
  /// percent.
  ///
  /// What a program needs to start, and accounts that send for the first time, are left out: the
  /// first quarter of the log counts for nothing.
  static func measure() throws -> Double {
    let folder = try TemporaryFolder()
    let log = folder.file(.log)
    let recipe = ["--megabytes", "60", "--senders", "3000", "--days", "30", log]
    _ = try ChildProcess.own(["generate"] + recipe).run(output: folder.file(.output))
    let bytes = try SystemFile.contents(of: log)
    let end = bytes[(bytes.count / 4)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1
    try SystemFile.write(Array(bytes[...end]), to: folder.file(.beginning))
    let with = try instructions("--detection", folder)
    let without = try instructions("--no-detection", folder)
    return Double(with - without) / Double(with) * 100
  }

  private static func instructions(
    _ flag: String,
    _ folder: borrowing TemporaryFolder
  ) throws(BenchError) -> Int {
    let whole = try ChildProcess.own(["ingest", flag, folder.file(.log)])
    let beginning = try ChildProcess.own(["ingest", flag, folder.file(.beginning)])
    return try Callgrind.instructions(of: whole, folder)
      - Callgrind.instructions(of: beginning, folder)
  }
}
