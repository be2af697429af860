import Glibc
import Reports
import TestSupport
import Testing

@testable import Daemon

/// What is to be done about a log that may not be read.
struct ClosedPathTests {
  private func remedy(
    _ mode: UInt32,
    _ group: UInt32,
    isFolder: Bool = false
  ) -> StatusWarning.Access {
    let closed = ClosedPath(path: "/log", isFolder: isFolder, mode: mode, group: group)
    // The daemon of the shipped unit: submitwatch, adm, systemd-journal.
    let names: [UInt32: String] = [0: "root", 4: "adm", 12: "mail", 990: "submitwatch"]
    return closed.remedy(own: [4, 990, 999], usual: "adm") { names[$0] }
  }

  @Test func `a group that may read the log is to be joined`() {
    #expect(remedy(0o640, 12) == .join(group: "mail"))
    #expect(remedy(0o750, 12, isFolder: true) == .join(group: "mail"))
  }

  @Test func `nobody is told to join root's group, or one that the daemon has`() {
    let given = StatusWarning.Access.give(path: "/log", isFolder: false, group: "adm")
    #expect(remedy(0o640, 0) == given)
    #expect(remedy(0o600, 0) == given)
    #expect(remedy(0o600, 12) == given)
    #expect(remedy(0o600, 4) == given)
    #expect(remedy(0o640, 77) == given)
    let kept = StatusWarning.Access.give(path: "/log", isFolder: false, group: "submitwatch")
    #expect(remedy(0o600, 990) == kept)
    let folder = StatusWarning.Access.give(path: "/log", isFolder: true, group: "adm")
    #expect(remedy(0o700, 0, isFolder: true) == folder)
    // Rotated logs cannot be found in a folder that may only be passed.
    #expect(remedy(0o710, 4, isFolder: true) == folder)
  }

  @Test func `what owner and mode leave open is hidden by something else`() {
    #expect(remedy(0o640, 4) == .unhide(path: "/log"))
    #expect(remedy(0, 0, isFolder: true) == .unhide(path: "/log"))
  }

  @Test func `a log that can be read is not closed`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(Array("line\n".utf8), to: "mail.log")
    #expect(ClosedPath(to: log) == nil)
    #expect(ClosedPath(to: folder.path("missing.log")) == nil)
  }

  @Test func `the first thing on the way that is closed is named`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(Array("line\n".utf8), to: "mail.log")
    #expect(unsafe chmod(log, 0o600) == 0)
    let file = try #require(ClosedPath(to: log) { path, _ in path != log })
    #expect(file.path == log)
    #expect(!file.isFolder)
    #expect(file.mode == 0o600)
    // A folder may be passed, and yet not tell what is in it.
    let above = try #require(ClosedPath(to: log) { $0 != folder.path || $1 & R_OK == 0 })
    #expect(above.path == folder.path)
    #expect(above.isFolder)
    #expect(ClosedPath(to: log) { path, mode in path != "/" || mode & R_OK == 0 } == nil)
  }
}
