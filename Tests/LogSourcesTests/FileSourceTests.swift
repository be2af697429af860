import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

/// The source on its thread: waiting, stopping, failing.
struct FileSourceTests {
  private let log: RotatingLog

  init() throws { log = try RotatingLog() }

  private func source(
    _ path: String? = nil,
    watches: Bool = true,
    calls: any FileCalls = KernelCalls()
  ) -> FileSource {
    var settings = FileSourceSettings(path: path ?? log.path)
    settings.watches = watches
    settings.pollInterval = .milliseconds(2)
    // Far beyond the test: what is noticed is noticed by the kernel's report.
    settings.lookInterval = .seconds(3600)
    return FileSource(name: "mail", settings: settings, calls: calls)
  }

  @Test(arguments: [true, false])
  func `lines are delivered as they come, through each kind of rotation`(watches: Bool) throws {
    let running = RunningSource(source(watches: watches))
    #expect(running.wait { running.state.isCaughtUp })
    let steps: [() throws -> Void] = [
      { try log.append(lines: 3) },
      {
        try log.rename()
        try log.create()
        try log.append(lines: 2)
      },
      {
        try log.compress(1)
        try log.append(lines: 2)
      },
      {
        try log.copyAndTruncate()
        try log.append(lines: 2)
      },
      {
        try log.delete()
        try log.append(lines: 2)
      },
      { try log.append("a part ") },
      { try log.append("and its end\n") },
    ]
    for step in steps {
      try step()
      let expected = log.lines
      #expect(running.wait { running.lines == expected }, "\(running.lines) \(expected)")
    }
    #expect(running.stop())
    #expect(running.state.gaps == [])
    #expect(running.state.positions == running.positions)
    #expect(running.state.followed == [log.path])
  }

  @Test func `a log in a folder that does not exist yet is found`() throws {
    let folder = log.folder.path("new/deep")
    let running = RunningSource(source(folder + "/*.log"))
    #expect(running.wait { !running.state.problems.isEmpty })
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try log.folder.write(Array("one\n".utf8), to: "new/deep/a.log")
    #expect(running.wait { running.lines == ["one"] })
    #expect(running.stop())
  }

  @Test func `the switch of a symbolic link is noticed, and what its target gets`() throws {
    let link = log.folder.path("link/current")
    let files = FileManager.default
    for name in ["link", "a", "b"] {
      try files.createDirectory(atPath: log.folder.path(name), withIntermediateDirectories: true)
    }
    try log.folder.write(Array("one\n".utf8), to: "a/log")
    try files.createSymbolicLink(atPath: link, withDestinationPath: log.folder.path("a/log"))
    let running = RunningSource(source(link))
    #expect(running.wait { running.lines == ["one"] && running.state.isCaughtUp })
    // Not written anew: the source would see a log that was cut.
    try RotatingLog.append("two\n", to: log.folder.path("a/log"))
    #expect(running.wait { running.lines == ["one", "two"] })
    try log.folder.write(Array("three\n".utf8), to: "b/log")
    try files.removeItem(atPath: link)
    try files.createSymbolicLink(atPath: link, withDestinationPath: log.folder.path("b/log"))
    #expect(running.wait { running.lines == ["one", "two", "three"] })
    #expect(running.stop())
    #expect(running.state.gaps == [])
  }

  @Test func `what the sink throws ends the run, and the lines come again`() throws {
    try log.append(lines: 3)
    let running = RunningSource(source()) { _ in throw CancellationError() }
    #expect(running.wait { running.result != nil })
    #expect(throws: CancellationError.self) { try running.result?.get() }
    let again = RunningSource(source(), from: running.positions)
    #expect(again.wait { again.lines == log.lines })
    #expect(again.stop())
  }

  @Test func `a stop in front of the start ends it at once`() throws {
    let source = source()
    source.stop()
    let running = RunningSource(source)
    #expect(running.wait { running.result != nil })
  }

  @Test func `reads that fail are tried again, whichever fails, and nothing is lost`() throws {
    try log.append(lines: 200)
    try log.rename()
    try log.append(lines: 300)
    try log.rename()
    try log.compress(2)
    try log.append(lines: 100)
    for number: Int32 in [EIO, EINTR, ENOENT] {
      var failing = 0
      while true {
        let calls = FailingCalls(failing: failing, with: number)
        let following = Following(FileSourceSettings(path: log.path), calls: calls)
        for _ in 0..<3 { try following.read() }
        try #require(following.lines == log.lines, "call \(failing) fails with \(number)")
        #expect(following.gaps == [], "call \(failing) fails with \(number)")
        failing += 1
        if calls.count <= failing { break }
      }
      #expect(failing > 10)
    }
  }

  @Test func `permission that is denied is a problem until it is granted`() throws {
    try log.append(lines: 3)
    let calls = FailingCalls(failing: 0, with: EACCES, only: .open, count: 2)
    let following = Following(FileSourceSettings(path: log.path), calls: calls)
    try following.read()
    #expect(following.state.problems == [SourceProblem(.permissionDenied, at: log.path)])
    try following.read()
    try following.read()
    #expect(following.lines == log.lines)
    #expect(following.state.problems == [])
    #expect(following.gaps == [])
  }

  @Test func `lines are new that were written since the log was read to its end`() throws {
    let following = Following(log.path)
    try log.append(lines: 2)
    try following.read()
    try log.append(lines: 1)
    try following.read(looks: false)
    // More than one batch: what is behind the first may be old.
    try log.append(lines: 4000)
    try following.read(looks: false)
    #expect(following.batches.prefix(3).map(\.isNew) == [false, true, true])
    #expect(following.batches.count > 3)
    #expect(following.batches.dropFirst(3).allSatisfy { !$0.isNew })
    // The next file, and where a restart goes on.
    try log.rename()
    try log.create()
    try log.append(lines: 1)
    try following.read()
    #expect(following.batches.last?.isNew == false)
    following.restart()
    try log.append(lines: 1)
    try following.read()
    #expect(following.batches.last?.isNew == false)
  }
}
