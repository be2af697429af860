import Dialects
import LogSources
import MailLog
import TestSupport
import Testing

/// A folder with the journals of several machines.
struct JournalMachinesTests {
  private let journal: JournalFolder
  private let one = "journal:" + JournalFolder.machine(1)
  private let two = "journal:" + JournalFolder.machine(2)

  init() throws { journal = try JournalFolder() }

  private func source(readsHistory: Bool = true) -> JournalSource {
    var settings = JournalSourceSettings()
    settings.directory = journal.path
    settings.readsHistory = readsHistory
    settings.pollInterval = .milliseconds(5)
    return JournalSource(name: "journal", settings: settings)
  }

  private func append(_ seconds: ClosedRange<Int>, of host: Int, to file: String) throws {
    let lines = seconds.map { JournalFolder.line($0, host: host, "\(host): \($0)") }
    try journal.append(lines, to: file)
  }

  /// The messages of one machine, or of all.
  private func messages(_ running: RunningSource, of source: String? = nil) -> [String] {
    var reader = EnvelopeReader()
    for batch in running.batches where source == nil || batch.source == source {
      reader.read(batch.bytes.span)
    }
    return reader.records.map { String(decoding: $0.text(in: reader.bytes), as: UTF8.self) }
  }

  private func expected(_ host: Int, _ seconds: ClosedRange<Int>) -> [String] {
    seconds.map { "\(host): \($0)" }
  }

  /// Reads all that there is.
  private func read(
    from positions: [String: SourcePosition] = [:],
    readsHistory: Bool = true
  ) -> RunningSource {
    let running = RunningSource(source(readsHistory: readsHistory), from: positions)
    #expect(running.wait { running.state.isCaughtUp })
    #expect(running.stop())
    return running
  }

  @Test func `what comes late of one machine is read, whatever came of others`() throws {
    try append(10...12, of: 1, to: "remote-one.journal")
    try append(0...1, of: 2, to: "remote-two.journal")
    let running = RunningSource(source())
    #expect(running.wait { messages(running).count == 5 })
    try append(20...22, of: 1, to: "remote-one.journal")
    #expect(running.wait { messages(running).count == 8 })
    try append(2...4, of: 2, to: "remote-two.journal")
    #expect(running.wait { messages(running).count == 11 })
    try append(0...3, of: 3, to: "remote-three.journal")
    #expect(running.wait { messages(running).count == 15 })
    #expect(running.stop())
    #expect(messages(running, of: one) == expected(1, 10...12) + expected(1, 20...22))
    #expect(messages(running, of: two) == expected(2, 0...4))
    #expect(running.state.gaps == [])
  }

  @Test func `each goes on at a place of its own`() throws {
    try append(10...12, of: 1, to: "remote-one.journal")
    try append(0...1, of: 2, to: "remote-two.journal")
    let first = read()
    try append(2...4, of: 2, to: "remote-two.journal")
    try append(0...3, of: 3, to: "remote-three.journal")
    let second = read(from: first.positions)
    #expect(messages(second).sorted() == expected(2, 2...4) + expected(3, 0...3))
    let positions = first.positions.merging(second.positions) { $1 }
    #expect(read(from: positions).batches.isEmpty)
  }

  @Test func `machines whose entries are in the same file are told apart`() throws {
    try append(10...12, of: 1, to: "remote.journal")
    let running = RunningSource(source())
    #expect(running.wait { messages(running).count == 3 })
    try append(0...2, of: 2, to: "remote.journal")
    #expect(running.wait { messages(running).count == 6 })
    try append(13...14, of: 1, to: "remote.journal")
    try append(3...4, of: 2, to: "remote-two.journal")
    #expect(running.wait { messages(running).count == 10 })
    #expect(running.stop())
    #expect(messages(running, of: one) == expected(1, 10...14))
    #expect(messages(running, of: two) == expected(2, 0...4))
    #expect(read(from: running.positions).batches.isEmpty)
  }

  @Test func `rotation loses and repeats nothing`() throws {
    try append(0...2, of: 1, to: "remote-one.journal")
    try append(0...2, of: 2, to: "remote-two.journal")
    let running = RunningSource(source())
    #expect(running.wait { messages(running).count == 6 })
    try append(3...4, of: 1, to: "remote-one.journal")
    let rotated =
      "remote-one@0123456789abcdef0123456789abcdef-0000000000000001-0006613b00000000.journal"
    try journal.rename("remote-one.journal", to: rotated)
    try append(5...6, of: 1, to: "remote-one.journal")
    #expect(running.wait { messages(running).count == 10 })
    try journal.remove(rotated)
    try append(7...7, of: 1, to: "remote-one.journal")
    try append(3...3, of: 2, to: "remote-two.journal")
    #expect(running.wait { messages(running).count == 12 })
    #expect(running.stop())
    #expect(messages(running, of: one) == expected(1, 0...7))
    #expect(messages(running, of: two) == expected(2, 0...3))
    #expect(running.state.gaps == [])
    #expect(read(from: running.positions).batches.isEmpty)
  }

  /// As a version that read all machines as one log saved it.
  private func commonPosition() throws -> [String: SourcePosition] {
    let positions = read().positions
    #expect(positions.keys.sorted() == [one, two])
    return ["journal": try #require(positions[one])]
  }

  @Test func `a place that all machines had becomes one of each`() throws {
    try append(10...12, of: 1, to: "remote-one.journal")
    try append(0...1, of: 2, to: "remote-two.journal")
    var positions = try commonPosition()
    let first = read(from: positions)
    #expect(messages(first) == [])
    #expect(first.batches.map(\.source) == [one, two, "journal"])
    #expect(first.state.gaps == [])
    try append(2...3, of: 2, to: "remote-two.journal")
    try append(0...1, of: 3, to: "remote-three.journal")
    // Wherever the saving of these was cut off, what was not read before is read once.
    for count in 0...first.batches.count {
      for batch in first.batches.prefix(count) { positions[batch.source] = batch.end }
      let again = read(from: positions)
      let later = count < 2 ? [] : expected(2, 2...3)
      let new = count < first.batches.count ? [] : expected(3, 0...1)
      #expect(messages(again).sorted() == later + new, "\(count) saved")
    }
  }

  @Test func `a common place that was vacuumed is a gap`() throws {
    try append(10...12, of: 1, to: "remote-one.journal")
    try append(0...1, of: 2, to: "remote-two.journal")
    let positions = try commonPosition()
    try journal.remove("remote-one.journal")
    try append(20...21, of: 2, to: "remote-two.journal")
    let running = read(from: positions)
    #expect(messages(running) == expected(2, 20...21))
    #expect(running.state.gaps == [SourceGap(.vacuumed, at: journal.path)])
  }

  @Test func `without the history only what comes from now on is read`() throws {
    try append(10...12, of: 1, to: "remote-one.journal")
    try append(0...1, of: 2, to: "remote-two.journal")
    let first = read(readsHistory: false)
    #expect(messages(first) == [])
    try append(2...3, of: 2, to: "remote-two.journal")
    let second = read(from: first.positions, readsHistory: false)
    #expect(messages(second) == expected(2, 2...3))
  }
}
