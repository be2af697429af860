import Glibc
import LogSources
import TestSupport
import Testing

struct LogSourceErrorTests {
  private func message(opening number: Int32) -> String? {
    let calls = ScriptedCalls([])
    calls.failures = [0: number]
    do throws(LogSourceError) {
      _ = try calls.input()
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `each way to fail to open a file has its message`() {
    let expected: [(Int32, String)] = [
      (
        ENOENT,
        "cannot open 'mail.log': no such file; check the path, the log may have been rotated"
      ),
      (
        ENOTDIR,
        "cannot open 'mail.log': no such file; check the path, the log may have been rotated"
      ),
      (
        EACCES,
        "cannot open 'mail.log': permission denied;"
          + " use sudo, or add your user to the group that may read it (mostly 'adm')"
      ),
      (ENXIO, "cannot read 'mail.log': it is neither a file nor a pipe; name a log file"),
      (EISDIR, "cannot read 'mail.log': it is a directory; name the log files in it"),
      (
        EMFILE,
        "cannot open 'mail.log': too many open files; raise the limit with 'ulimit -n'"
      ),
      (
        ELOOP,
        "cannot open 'mail.log': Too many levels of symbolic links;"
          + " check the path and the file system"
      ),
    ]
    for (number, text) in expected { #expect(message(opening: number) == text) }
  }

  @Test func `each other error has its message`() {
    let expected: [(LogSourceError.Code, String)] = [
      (
        .replaced,
        "cannot read 'mail.log': another file took its place meanwhile; run the command again"
      ),
      (
        .truncated(.gzip),
        "'mail.log' is cut off: its gzip data ends too early;"
          + " all that can be decompressed was read, get a complete copy"
      ),
      (
        .damaged(.bzip2),
        "'mail.log' is damaged: its bzip2 data is wrong; everything before the damaged part"
          + " was read, test the file with 'bzip2 -t'"
      ),
      (
        .tooLarge(.xz),
        "'mail.log' needs over 128 MiB of memory to decompress;"
          + " decompress it with 'xz -d' and read the result"
      ),
      (
        .tooLarge(.zstd),
        "'mail.log' needs over 128 MiB of memory to decompress;"
          + " decompress it with 'zstd --long=31 -d' and read the result"
      ),
      (
        .readFailed(errorNumber: EIO),
        "cannot read 'mail.log': Input/output error;"
          + " what came before was read, check the disk or the pipe"
      ),
    ]
    for (code, text) in expected {
      #expect(LogSourceError(code, path: "mail.log").description == text)
    }
  }

  @Test func `standard input is called so, and a name is shown safely`() {
    #expect(
      LogSourceError(.damaged(.xz), path: "-").description
        == "standard input is damaged: its xz data is wrong;"
        + " everything before the damaged part was read, test the file with 'xz -t'"
    )
    #expect(
      LogSourceError(.directory, path: "a\u{1b}[1m").description
        == "cannot read 'a\\x1B[1m': it is a directory; name the log files in it"
    )
  }

  @Test func `files, folders, devices and sockets of the system are told apart`() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path("missing")
    #expect(throws: LogSourceError(.missing, path: missing)) { try LogInput.open(path: missing) }
    #expect(throws: LogSourceError(.missing, path: "")) { try LogInput.open(path: "") }
    #expect(throws: LogSourceError(.directory, path: folder.path)) {
      try LogInput.open(path: folder.path)
    }
    #expect(readAll(try LogInput.open(path: "/dev/null")).bytes.isEmpty)
    let calls = ScriptedCalls([])
    calls.kind = .blockDevice
    #expect(throws: LogSourceError(.notReadable, path: "mail.log")) { try calls.input() }
    #expect(calls.openCount == 0)
  }
}
