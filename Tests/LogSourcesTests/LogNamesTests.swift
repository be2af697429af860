import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

/// Names of rotated files, names with dates, and patterns.
struct LogNamesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes files whose only line is their name, and reads the log.
  private func lines(of log: String, files: [String]) throws -> [String] {
    for name in files { try folder.write(Array("\(name)\n".utf8), to: name) }
    let following = Following(folder.path(log))
    try following.read()
    #expect(following.gaps == [])
    return following.lines
  }

  @Test(arguments: [
    ["mail.log.10", "mail.log.2", "mail.log.1", "mail.log.0", "mail.log"],
    ["mail.log-20261119", "mail.log-20261120", "mail.log-20261121", "mail.log"],
    ["mail.log.2026-11-20", "mail.log.2026-11-21", "mail.log"],
    ["mail.log-20261121-0400", "mail.log-20261121-1600", "mail.log"],
    ["mail-20261120.log", "mail-20261121.log", "mail.log"],
    ["mail.2.log", "mail.1.log", "mail.log"],
  ])
  func `rotated files come oldest first`(names: [String]) throws {
    #expect(try lines(of: "mail.log", files: names.reversed()) == names)
  }

  @Test func `other files in the folder are not the log's`() throws {
    let others = [
      "mail.log.old", "mail.logx", "mail.log.1.tmp", "mail.log.", "mail.err", "xmail.log.1",
      "mail.log.gz", "mail.log-x", "mail.warn.1",
    ]
    #expect(try lines(of: "mail.log", files: others + ["mail.log"]) == ["mail.log"])
  }

  @Test func `a log with the day in its name goes on in the next day's`() throws {
    let names = ["main-20261119.log", "main-20261120.log"]
    for name in names { try folder.write(Array("\(name)\n".utf8), to: name) }
    try folder.write(Array("no\n".utf8), to: "reject-20261120.log")
    let following = Following(folder.path("main-%D.log"))
    try following.read()
    #expect(following.lines == names)
    try folder.write(Array("next\n".utf8), to: "main-20261121.log")
    following.restart()
    try following.read()
    #expect(following.lines == names + ["next"])
    #expect(following.state.problems == [])
  }

  @Test func `a pattern follows each log that matches, and those that appear`() throws {
    for name in ["a.log.1", "a.log", "b.log"] {
      try folder.write(Array("\(name)\n".utf8), to: name)
    }
    let following = Following(folder.path("*.log*"))
    try following.read()
    #expect(following.lines == ["a.log.1", "a.log", "b.log"])
    try folder.write(Array("c.log\n".utf8), to: "c.log")
    try following.read()
    #expect(following.lines.last == "c.log")
    following.restart()
    try following.read()
    #expect(following.lines.count == 4)
    let sources = Set(following.batches.map(\.source))
    #expect(sources == Set(["a.log", "b.log", "c.log"].map { "mail:" + folder.path($0) }))
  }

  @Test func `a pattern reads a log once, whatever links lead to it`() throws {
    try folder.write(Array("one\n".utf8), to: "mail.log")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("current.log"),
      withDestinationPath: "mail.log"
    )
    let following = Following(folder.path("*.log"))
    try following.read()
    #expect(following.lines == ["one"])
    let first = "mail:" + folder.path("mail.log")
    let problem = SourceProblem(.followed(source: first), at: folder.path("current.log"))
    #expect(following.state.problems == [problem])
  }

  @Test func `of two sources with one log the first one reads it`() throws {
    try folder.write(Array("one\n".utf8), to: "mail.log")
    let claims = LogClaims()
    let other = folder.path + "/../" + folder.path.split(separator: "/").last! + "/mail.log"
    let followings = [
      Following(folder.path("mail.log"), name: "first", claims: claims),
      Following(other, name: "second", claims: claims),
      Following(folder.path("m*.log"), name: "third", claims: claims),
    ]
    for following in followings { try following.read() }
    #expect(followings.map(\.lines) == [["one"], [], []])
    #expect(followings[1].state.problems == [SourceProblem(.followed(source: "first"), at: other)])
  }

  @Test func `a pattern forgets the logs of a host that is gone, until it comes back`() throws {
    for host in ["one", "two"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(host),
        withIntermediateDirectories: false
      )
      try folder.write(Array("\(host)\n".utf8), to: host + "/mail.log")
    }
    let following = Following(folder.path("*/mail.log"))
    try following.read()
    let kept = try Data(contentsOf: URL(filePath: folder.path("two/mail.log")))
    try FileManager.default.removeItem(atPath: folder.path("two"))
    try following.read()
    #expect(following.state.problems == [])
    #expect(following.state.followed == [folder.path("one/mail.log")])
    try FileManager.default.createDirectory(
      atPath: folder.path("two"),
      withIntermediateDirectories: false
    )
    try folder.write(Array(kept) + Array("again\n".utf8), to: "two/mail.log")
    try following.read()
    #expect(following.lines == ["one", "two", "again"])
  }

  @Test func `a folder that has no such log is not one that is missing, until it has one`() throws {
    for host in ["one", "two", "three"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(host),
        withIntermediateDirectories: false
      )
    }
    try folder.write(Array("one\n".utf8), to: "one/mail.log")
    // Just rotated.
    try folder.write(Array("three\n".utf8), to: "three/mail.log.1")
    let following = Following(folder.path("*/mail.log"))
    try following.read()
    #expect(following.lines == ["one", "three"])
    let missing = SourceProblem(.missing, at: folder.path("three/mail.log"))
    #expect(following.state.problems == [missing])
    try folder.write(Array("two\n".utf8), to: "two/mail.log")
    try following.read()
    #expect(following.batches.map(\.beginsNewFile) == [false, false, true])
    #expect(following.lines == ["one", "three", "two"])
    #expect(following.state.problems == [missing])
    // One that was there is missed.
    try FileManager.default.removeItem(atPath: folder.path("two/mail.log"))
    try following.read()
    #expect(following.state.problems.map(\.place).contains(folder.path("two/mail.log")))
    let dated = Following(folder.path("*/mail-%D.log"))
    try folder.write(Array("dated\n".utf8), to: "one/mail-20261121.log")
    try dated.read()
    #expect(dated.lines == ["dated"])
  }

  @Test(arguments: [
    ["192.0.2.1", "192.0.2.10", "192.0.2.11"], ["mx-1", "mx-2", "mx-3"], ["mx.log", "mx-1.log"],
    ["mx.1", "mx.2"], ["mail1", "mail2"], ["ip-172-31-45-67", "ip-172-31-45-68"],
    ["mx", "mx-20", "mx-2026"], ["mx.1.log", "mx.2.log"],
  ])
  func `names that end in a number are logs of their own`(names: [String]) throws {
    let following = Following(folder.path("*"))
    for round in 1...3 {
      for name in names { try write("\(name) \(round)", to: name) }
      try following.read()
      #expect(Set(following.lines.suffix(names.count)) == Set(names.map { "\($0) \(round)" }))
      #expect(following.lines.count == names.count * round)
      following.restart()
    }
    #expect(following.state.problems == [])
    #expect(following.gaps == [])
  }

  private func write(_ line: String, to name: String) throws {
    let old = FileManager.default.contents(atPath: folder.path(name)) ?? Data()
    try folder.write(Array(old) + Array("\(line)\n".utf8), to: name)
  }

  @Test(arguments: [
    ["192.0.2.10.2", "192.0.2.10.1", "192.0.2.10"], ["mx-1.2", "mx-1.1", "mx-1"],
    ["192.0.2.10-20261120", "192.0.2.10-20261121", "192.0.2.10"],
    ["mail.2026.11.20", "mail.2026.11.21", "mail"],
    ["mail-20261120.log", "mail-20261121.log", "mail.log"],
    ["mail.2.log", "mail.1.log", "mail.log"],
  ])
  func `a pattern reads rotated files before their log, and once`(names: [String]) throws {
    for name in names { try write(name, to: name) }
    let following = Following(folder.path("*"))
    try following.read()
    #expect(following.lines == names)
    #expect(Set(following.batches.map(\.source)) == ["mail:" + folder.path(names[2])])
  }

  @Test(arguments: [false, true])
  func `a log that is made late after its rotation goes on`(restarts: Bool) throws {
    let log = try RotatingLog(name: "mx.log")
    let following = Following(log.folder.path("*"))
    for _ in 0..<3 {
      try log.append(lines: 2)
      try following.read()
      try log.rename()
      if restarts { following.restart() }
      try following.read()
    }
    try log.append(lines: 2)
    try following.read()
    #expect(following.lines == log.lines)
    #expect(following.gaps == [])
  }

  @Test func `rotated files of a host that is quiet are read, compressed or not`() throws {
    let log = try RotatingLog(name: "mx.log")
    for _ in 0..<3 {
      try log.append(lines: 2)
      try log.rename()
    }
    try log.compress(2, by: "gzip")
    try log.compress(3, by: "gzip")
    let following = Following(log.folder.path("*"))
    try following.read()
    #expect(following.lines == log.lines)
    try log.append(lines: 1)
    try following.read()
    #expect(following.lines == log.lines)
  }

  @Test func `a link that leads to a log that is followed is followed no longer`() throws {
    for name in ["one.log", "other.log"] { try write(name, to: name) }
    func lead(to name: String) throws {
      try? FileManager.default.removeItem(atPath: folder.path("link.log"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("link.log"),
        withDestinationPath: name
      )
    }
    try lead(to: "one.log")
    let following = Following(folder.path("*.log"))
    try following.read()
    try lead(to: "other.log")
    try write("more", to: "other.log")
    try following.read()
    #expect(following.lines.sorted() == ["more", "one.log", "other.log"])
    following.restart()
    try lead(to: "one.log")
    try write("again", to: "one.log")
    try following.read()
    #expect(following.lines.sorted() == ["again", "more", "one.log", "other.log"])
  }

  @Test(arguments: [false, true])
  func `rotated files count once when their log appears only then`(restarts: Bool) throws {
    let log = try RotatingLog(name: "mx.log")
    try log.append(lines: 2)
    try log.rename()
    let following = Following(log.folder.path("*"))
    try following.read()
    #expect(following.lines == log.lines)
    if restarts { following.restart() }
    for _ in 0..<2 {
      try log.append(lines: 2)
      try following.read()
      try log.rename()
      try log.create()
    }
    #expect(following.lines == log.lines)
    #expect(following.gaps == [])
  }

  @Test func `the log of another source is no rotated file, compressed or not`() throws {
    let names = ["mail.log.3", "mail.log.2.gz", "mail.log.1", "mail.log"]
    for name in names where !name.hasSuffix("gz") { try write(name, to: name) }
    try folder.write([], to: "mail.log.2.gz")
    var settings = FileSourceSettings(path: folder.path("mail.log"))
    settings.others = [folder.path("mail.log.2"), folder.path("mail.log.3")]
    let following = Following(settings)
    try following.read()
    #expect(following.lines == ["mail.log.1", "mail.log"])
    #expect(following.gaps == [])
  }
}
