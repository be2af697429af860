import Foundation
import LogSources
import TestSupport
import Testing

/// Files that go and come back: what was read of them counts no second time.
struct ReturningLogTests {
  private let log: RotatingLog
  private let following: Following
  private var aside: String { log.folder.path("aside") }

  init() throws {
    log = try RotatingLog()
    following = Following(log.path)
  }

  private func move(_ path: String, to other: String) throws {
    let result = unsafe rename(path, other)
    #expect(result == 0)
  }

  @Test func `a log that is away at the start goes on where it was left`() throws {
    try log.append(lines: 5)
    try following.expectAll(of: log)
    try move(log.path, to: aside)
    following.restart()
    try following.read()
    #expect(following.state.problems == [SourceProblem(.missing, at: log.path)])
    try move(aside, to: log.path)
    try following.expectAll(of: log)
    try log.append(lines: 2)
    try following.expectAll(of: log)
  }

  @Test func `a log that is away while another one is begun goes on where it was left`() throws {
    try log.append(lines: 5)
    try following.expectAll(of: log)
    try move(log.path, to: aside)
    following.restart()
    try log.append(lines: 2)
    try following.read()
    #expect(following.lines == log.lines)
    #expect(following.gaps.map(\.reason) == [.fileGone])
    try move(aside, to: log.path)
    try log.append(lines: 1)
    try following.read()
    #expect(following.lines == log.lines)
  }

  private func undoRotation() throws {
    try log.append(lines: 5)
    try following.expectAll(of: log)
    try log.rename()
    try log.append(lines: 1)
    try following.expectAll(of: log)
    try move(log.path + ".1", to: log.path)
  }

  @Test(arguments: [false, true])
  func `a rotation may be undone`(restarts: Bool) throws {
    try undoRotation()
    try following.expectAll(of: log)
    if restarts { following.restart() }
    try log.append(lines: 2)
    try following.expectAll(of: log)
  }

  @Test func `late lines of a file that comes back count once`() throws {
    try undoRotation()
    try log.append(lines: 2)
    try following.read(looks: false)
    try following.expectAll(of: log)
  }

  @Test func `a symbolic link may lead to a file once more`() throws {
    let files = try TemporaryFolder()
    let (one, other) = (files.path + "/one", files.path + "/other")
    let link = Following(files.path + "/mail.log")
    func append(_ text: String, to path: String) throws {
      let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      try Data((before + text).utf8).write(to: URL(filePath: path))
    }
    func lead(to path: String) throws {
      try? FileManager.default.removeItem(atPath: files.path + "/mail.log")
      try FileManager.default.createSymbolicLink(
        atPath: files.path + "/mail.log",
        withDestinationPath: path
      )
    }
    try append("1\n2\n3\n", to: one)
    try lead(to: one)
    try link.read()
    try append("4\n", to: other)
    try lead(to: other)
    try link.read()
    try append("5\n", to: one)
    try lead(to: one)
    try link.read()
    try append("6\n", to: one)
    try link.read()
    #expect(link.lines == ["1", "2", "3", "4", "5", "6"])
  }

  /// As `sed -i` does.
  private func rewrite(without line: Int) throws {
    var lines = try String(contentsOfFile: log.path, encoding: .utf8).split(separator: "\n")
    lines.remove(at: line)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: aside))
    try move(aside, to: log.path)
  }

  @Test(arguments: [false, true])
  func `a log that is rewritten without a line is not read again`(restarts: Bool) throws {
    try log.append(lines: 50, width: 40)
    try following.expectAll(of: log)
    if restarts { following.restart() }
    try rewrite(without: 30)
    try following.expectAll(of: log, gaps: [SourceGap(.truncated, at: log.path)])
    try log.append(lines: 1)
    try following.expectAll(of: log, gaps: [SourceGap(.truncated, at: log.path)])
  }

  @Test func `a rotated file that is deleted is closed`() throws {
    try log.append(lines: 5)
    try log.rename()
    try log.append(lines: 1)
    try following.expectAll(of: log)
    try log.deleteRotated(1)
    try following.expectAll(of: log)
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let open = descriptors.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
    }
    #expect(open.contains(log.path))
    #expect(!open.contains { $0.hasPrefix(log.path + ".1") })
  }
}
