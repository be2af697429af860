import TestSupport
import Testing

/// Lines without an end: memory is bounded, what follows counts.
struct HugeLineTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var log = PostfixLog()
    log.message("before@example.org")
    try folder.write(log.bytes, to: "before.log")
    log = PostfixLog()
    log.message("after@example.org")
    try folder.write(Array("\n".utf8) + log.bytes, to: "after.log")
  }

  /// Address space in KiB that must do: far below the line's length, far above the program's size.
  private let limit = 700_000

  private func check(_ script: String) throws {
    let run = try CommandRun(script: "ulimit -v \(limit); \(script)", in: folder)
    #expect(run.status == 0, "\(script)")
    #expect(
      run.text == "sender,domain,messages,recipients,bytes\n"
        + "after@example.org,example.org,1,2,1000\nbefore@example.org,example.org,1,2,1000\n"
    )
    #expect(run.errors.contains("1 lines over 64 KiB were passed over"))
  }

  private let command = "$submitwatch analyze --view volume --format csv"

  @Test func `a line of a gibibyte in a file is passed over`() throws {
    // Sparse: the line's bytes are zeros that no disk holds.
    try check("cp before.log a; truncate -s +1G a; cat after.log >>a; \(command) a")
  }

  @Test func `a line of a gibibyte in a pipe is passed over`() throws {
    let log = "(cat before.log; head -c 1G /dev/zero; cat after.log)"
    try check("\(log) | \(command) -")
  }

  @Test func `a journal's field of a gibibyte is passed over with its entry`() throws {
    // Its length, 2^30, in eight bytes, the lowest first.
    let head = #"printf '__CURSOR=x\nMESSAGE\n\0\0\0\x40\0\0\0\0'"#
    let log = "(cat before.log; \(head); head -c 1G /dev/zero; echo; cat after.log)"
    try check("\(log) | \(command) -")
  }

  @Test func `a bomb of a gibibyte in some kilobytes is passed over`() throws {
    let log = "(cat before.log; head -c 1G /dev/zero; cat after.log)"
    for program in ["zstd -c", "gzip -1c"] {
      try check("\(log) | \(program) >bomb; \(command) bomb")
    }
  }

  @Test func `the program cannot hold such a line in the memory that it is given`() throws {
    let run = try CommandRun(
      script: "ulimit -v \(limit); python3 -c 'bytes(1 << 30)' || perl -e '$a = \"x\" x (1 << 30)'",
      in: folder
    )
    #expect(run.status != 0)
  }
}
