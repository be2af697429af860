import Foundation
import LogSources
import TestSupport
import Testing

/// Several sources that lead to one log: each line counts once, through every rotation.
struct SharedLogTests {
  private let log: RotatingLog
  private let claims = LogClaims()

  init() throws { log = try RotatingLog() }

  /// A source among others, as the daemon makes it.
  private func following(_ path: String, besides others: String...) -> Following {
    var settings = FileSourceSettings(path: path)
    settings.others = Set(others)
    return Following(settings, name: path, claims: claims)
  }

  private func read(_ followings: [Following]) throws {
    for following in followings { try following.read() }
  }

  /// Writes and rotates; all read after each step.
  private func rotate(_ followings: [Following], restarts: Bool = false) throws {
    for _ in 0..<3 {
      try log.append(lines: 3)
      try read(followings)
      if restarts { for following in followings { following.restart() } }
      try log.rename()
      try read(followings)
      try log.create()
      try read(followings)
    }
    try log.append(lines: 1)
    try read(followings)
  }

  @Test(arguments: ["mail.*", "mail.log*", "mail.log.*", "mail.log.1"], [false, true])
  func `a log and a second source of it`(name: String, isFirst: Bool) throws {
    let second = log.folder.path(name)
    let one = following(log.path, besides: second)
    let other = following(second, besides: log.path)
    try rotate(isFirst ? [one, other] : [other, one])
    #expect(one.lines == log.lines)
    #expect(other.lines == [])
    #expect(one.gaps + other.gaps == [])
  }

  @Test(arguments: ["mail.*", "mail.log*", "mail.log.*"], [false, true])
  func `a log and a pattern, with restarts`(name: String, isFirst: Bool) throws {
    let pattern = log.folder.path(name)
    let one = following(log.path, besides: pattern)
    let other = following(pattern, besides: log.path)
    try rotate(isFirst ? [one, other] : [other, one], restarts: true)
    #expect(one.lines == log.lines)
    #expect(other.lines == [])
    #expect(one.gaps + other.gaps == [])
  }

  @Test(arguments: [false, true])
  func `two patterns`(restarts: Bool) throws {
    let names = ["mail.*", "mail.log*"].map { log.folder.path($0) }
    let one = following(names[0], besides: names[1])
    let other = following(names[1], besides: names[0])
    try rotate([one, other], restarts: restarts)
    #expect(one.lines == log.lines)
    #expect(other.lines == [])
  }

  @Test func `a pattern whose logs another source reads misses none`() throws {
    let pattern = log.folder.path("mail.*")
    let one = following(log.path, besides: pattern)
    let other = following(pattern, besides: log.path)
    try log.append(lines: 1)
    try read([one, other])
    #expect(other.state.problems.map(\.reason) == [.followed(source: log.path)])
  }

  @Test func `a pattern reads the other logs of the folder, and their rotated files`() throws {
    let pattern = log.folder.path("mail.*")
    let one = following(log.path, besides: pattern)
    let other = following(pattern, besides: log.path)
    let errors = log.folder.path("mail.err")
    var expected: [String] = []
    for number in 0..<3 {
      try RotatingLog.append("error \(number)\n", to: errors)
      expected.append("error \(number)")
      try rotate([one, other])
      let result = unsafe rename(errors, errors + ".\(3 - number)")
      #expect(result == 0)
      try read([one, other])
    }
    #expect(one.lines == log.lines)
    #expect(other.lines == expected)
    #expect(one.gaps + other.gaps == [])
  }

  @Test(arguments: ["link/mail.log", "current"])
  func `a log behind a link, and a pattern`(path: String) throws {
    for (link, target) in [("link", log.folder.path), ("current", log.path)] {
      try FileManager.default.createSymbolicLink(
        atPath: log.folder.path(link),
        withDestinationPath: target
      )
    }
    let one = following(log.folder.path(path))
    let other = following(log.folder.path("mail.*"))
    try rotate([one, other])
    #expect((one.lines + other.lines).sorted() == log.lines.sorted())
  }
}
