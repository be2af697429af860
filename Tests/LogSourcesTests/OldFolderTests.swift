import Foundation
import LogSources
import TestSupport
import Testing

/// Rotated files in a folder of their own, as logrotate's `olddir` has it.
struct OldFolderTests {
  private let log: RotatingLog
  private let old: String

  init() throws {
    log = try RotatingLog()
    old = log.folder.path("old")
    try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: false)
  }

  private func following(inOldFolder: Bool = true) -> Following {
    var settings = FileSourceSettings(path: log.path)
    settings.oldFolder = inOldFolder ? old : nil
    return Following(settings)
  }

  /// Rotates the log, and moves what comes of it away.
  private func rotate(compressing: Bool = false) throws {
    try log.rename()
    if compressing { try log.compress(1) }
    let name = "mail.log.1" + (compressing ? ".gz" : "")
    for number in (1...9).reversed() {
      for end in ["", ".gz"] {
        let file = "\(old)/mail.log.\(number)\(end)"
        guard FileManager.default.fileExists(atPath: file) else { continue }
        try FileManager.default.moveItem(
          atPath: file,
          toPath: "\(old)/mail.log.\(number + 1)\(end)"
        )
      }
    }
    try FileManager.default.moveItem(atPath: log.folder.path(name), toPath: "\(old)/\(name)")
  }

  @Test func `on the first start they are read first, oldest first`() throws {
    try log.append("one\n")
    try rotate()
    try log.append("two\n")
    try rotate(compressing: true)
    try log.append("three\n")
    let following = following()
    try following.read()
    #expect(following.lines == ["one", "two", "three"])
    #expect(following.gaps == [])
  }

  @Test(arguments: [false, true])
  func `what was rotated while nobody read is found again`(compressing: Bool) throws {
    let following = following()
    try log.append(lines: 3)
    try following.read()
    try log.append(lines: 3)
    try rotate(compressing: compressing)
    try log.append(lines: 3)
    try rotate()
    try log.append(lines: 3)
    following.restart()
    try following.read()
    #expect(following.lines == log.lines)
    #expect(following.gaps == [])
  }

  @Test func `a rotation is followed whether the folder is named or not`() throws {
    for isNamed in [true, false] {
      let following = following(inOldFolder: isNamed)
      try following.read()
      let before = following.lines
      try log.append(lines: 3)
      try following.read()
      try log.append(lines: 2)
      try rotate()
      try log.append(lines: 3)
      try following.read()
      #expect(following.lines.count == before.count + 8)
      #expect(following.lines.suffix(8) == log.lines.suffix(8))
      #expect(following.gaps == [])
    }
  }

  @Test func `a folder that is not named is a gap that is told`() throws {
    let following = following(inOldFolder: false)
    try log.append(lines: 3)
    try following.read()
    try log.append(lines: 3)
    try rotate()
    try log.append(lines: 3)
    following.restart()
    try following.read()
    #expect(following.lines.suffix(3) == log.lines.suffix(3))
    #expect(following.gaps.map(\.reason) == [.fileGone])
  }

  @Test func `the log's own name in that folder is not the log`() throws {
    try log.append("one\n")
    try Data("other\n".utf8).write(to: URL(filePath: "\(old)/mail.log"))
    let following = following()
    try following.read()
    #expect(following.lines == ["one"])
  }
}
