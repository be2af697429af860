import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

/// One test for each thing that can happen to a log.
struct RotationTests {
  private let log: RotatingLog
  private let following: Following

  init() throws {
    log = try RotatingLog()
    following = Following(log.path)
  }

  @Test func `a log that is missing is a problem until it appears`() throws {
    try following.read()
    #expect(following.state.problems == [SourceProblem(.missing, at: log.path)])
    try log.append(lines: 2)
    try following.expectAll(of: log)
    #expect(following.state.problems == [])
    #expect(following.state.bytesBehind == 0)
  }

  @Test func `a directory in the place of a log is a problem until it is a log`() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: log.path, withIntermediateDirectories: false)
    try following.read()
    #expect(following.state.problems == [SourceProblem(.directory, at: log.path)])
    try files.removeItem(atPath: log.path)
    try log.append(lines: 2)
    try following.expectAll(of: log)
    #expect(following.state.problems == [])
  }

  @Test func `a part of a line waits for its end`() throws {
    try log.append("one\ntw")
    try following.read()
    #expect(following.lines == ["one"])
    try log.append("o\n")
    try following.expectAll(of: log)
  }

  @Test func `a part of a line counts when its file is rotated and the next one holds a line`()
    throws
  {
    try log.append("one\ntw")
    try log.rename()
    try log.create()
    try following.read()
    #expect(following.lines == ["one"])
    try log.append(lines: 1)
    try following.expectAll(of: log)
    #expect(following.lines.dropFirst().first == "tw")
  }

  @Test func `what a server writes to the old file until it opens the new one is read`() throws {
    try log.append(lines: 2)
    try following.read()
    try log.rename()
    try log.create()
    try log.appendToRotated("late 1\n")
    try following.expectAll(of: log)
    try log.appendToRotated("late 2\n")
    try log.append("new\n")
    try following.expectAll(of: log)
  }

  @Test func `what a slow process writes to the old file after the new one was begun is read`()
    throws
  {
    try log.append(lines: 2)
    try following.read()
    try log.rename()
    try log.append("new 1\n")
    try following.read()
    try log.appendToRotated("late\n")
    try following.read(looks: false)
    try log.append("new 2\n")
    try following.expectAll(of: log)
    following.restart()
    try following.expectAll(of: log)
  }

  @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
  func `a rotated file is found again when it is compressed`(program: String) throws {
    try log.append(lines: 5)
    try following.read()
    try log.append(lines: 5)
    try log.rename()
    try log.compress(1, by: program)
    try log.append(lines: 5)
    try log.rename()
    try log.append(lines: 5)
    following.restart()
    try following.expectAll(of: log)
  }

  @Test func `the place in a compressed file is found again`() throws {
    try log.append(lines: 5)
    try log.rename()
    try log.compress(1)
    try following.read()
    following.restart()
    try following.expectAll(of: log)
    try log.append(lines: 5)
    following.restart()
    try following.expectAll(of: log)
  }

  @Test func `a truncated log without a copy is a gap, and read from its start`() throws {
    try log.append(lines: 5)
    try following.read()
    try log.truncate()
    try log.append(lines: 9)
    try following.expectAll(of: log, gaps: [SourceGap(.truncated, at: log.path)])
  }

  @Test(arguments: [0, 60])
  func `a log that was cut back, as by a crash, is not read again`(count: Int) throws {
    try log.append(lines: 50)
    try following.read()
    try log.truncate(to: 1000)
    following.restart()
    // What is written in the place of what was read cannot be told from it.
    try log.append(lines: count)
    try following.read()
    try log.append("more\n")
    try following.read()
    #expect(following.lines.last == "more")
    #expect(Set(following.lines).count == following.lines.count)
    #expect(following.gaps == [SourceGap(.truncated, at: log.path)])
  }

  @Test func `a deleted log is read to its end`() throws {
    try log.append(lines: 2)
    try following.read()
    try log.append(lines: 2)
    try log.delete()
    try log.append(lines: 2)
    try following.expectAll(of: log)
  }

  @Test func `a log deleted while nobody reads is a gap`() throws {
    try log.append(lines: 2)
    try following.read()
    following.restart()
    try log.delete()
    try log.append(lines: 3)
    try following.read()
    #expect(following.lines == log.lines)
    // The new file may have got the old one's inode.
    #expect(following.gaps.count == 1)
  }

  @Test func `a log replaced by an edited copy goes on where it was`() throws {
    try log.append(lines: 3)
    try following.read()
    try FileManager.default.copyItem(atPath: log.path, toPath: log.path + "x")
    #expect(unsafe Foundation.rename(log.path + "x", log.path) == 0)
    try log.append(lines: 3)
    try following.expectAll(of: log)
  }

  @Test func `a symbolic link that is switched leads to the new file`() throws {
    let link = log.folder.path("current")
    let files = FileManager.default
    let following = Following(link)
    try log.append("one\n")
    try files.createSymbolicLink(atPath: link, withDestinationPath: log.path)
    try following.read()
    try log.folder.write(Array("three\n".utf8), to: "other")
    try log.append("two\n")
    try files.removeItem(atPath: link)
    try files.createSymbolicLink(atPath: link, withDestinationPath: log.folder.path("other"))
    following.restart()
    try following.read()
    #expect(following.lines == ["one", "two", "three"])
    #expect(following.gaps == [])
  }

  @Test func `a log is known under another spelling of its path, wherever it is by now`() throws {
    try log.append(lines: 5)
    try following.read()
    let saved = ["old": try #require(following.positions["mail"])]
    func names(_ path: String) -> [String: String] {
      FileSource(name: "new", settings: FileSourceSettings(path: path)).adopted(saved)
    }
    let pattern = log.path.replacingOccurrences(of: "mail", with: "m*")
    #expect(names(log.path) == ["old": "new"])
    #expect(names(pattern) == ["old": "new:" + log.path])
    try log.append(lines: 1)
    try log.rename()
    try log.append(lines: 1)
    #expect(names(log.path) == ["old": "new"])
    try log.compress(1)
    #expect(names(log.path) == ["old": "new"])
    try log.folder.write(Array("another\n".utf8), to: "other")
    #expect(names(log.folder.path("other")) == [:])
    try log.delete()
    try log.append(lines: 5)
    // What the file held is nowhere.
    try FileManager.default.removeItem(atPath: log.path + ".1.gz")
    #expect(names(log.path) == [:])
  }

  @Test func `without backfill only the current file is read, with the same end`() throws {
    try log.append("old\n")
    try log.rename()
    try log.append("new\n")
    var settings = FileSourceSettings(path: log.path)
    settings.readsRotated = false
    let following = Following(settings)
    try following.read()
    #expect(following.lines == ["new"])
    #expect(following.gaps == [])
  }

  @Test func `a line over the limit is dropped whole and counted, however it comes`() throws {
    let limit = 64 * 1024
    let long = String(repeating: "x", count: limit + 1)
    try log.append("one\n\(long)\ntwo\n\(long.dropLast())\n\(long)\(long)\nthree\n\(long)")
    try following.read()
    #expect(following.lines == ["one", "two", String(long.dropLast()), "three"])
    #expect(following.batches.map(\.tooLong).reduce(0, +) == 2)
    try log.append("\nfour\n")
    try following.read()
    #expect(following.lines.last == "four")
    #expect(following.batches.map(\.tooLong).reduce(0, +) == 3)
    #expect(following.batches.allSatisfy { $0.bytes.count <= limit + 1 })
  }

  @Test func `a damaged rotated file is a gap, and the newer ones are read`() throws {
    try log.append(lines: 5000)
    try log.rename()
    try log.compress(1)
    try log.append("new\n")
    let path = log.path + ".1.gz"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
    try following.read()
    #expect(following.lines.last == "new")
    #expect(following.gaps.map(\.reason) == [.unreadable])
  }
}
