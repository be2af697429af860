import Foundation
import LogSources
import MailLog
import TestSupport
import Testing

struct SourceChoiceTests {
  private let folder: TemporaryFolder
  private let now: Timestamp

  init() throws {
    folder = try TemporaryFolder()
    now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
  }

  private func choice(
    at time: Timestamp? = nil,
    followed: Set<String> = [],
    journalEnds: Timestamp = Timestamp(seconds: 0)
  ) -> SourceChoice {
    SourceChoice.choose(
      of: ["mail.log", "maillog"].map(folder.path),
      now: time ?? now,
      followed: followed,
      journalHoldsLines: { journalEnds > $0 },
      holdsMailLines: { String(decoding: $0, as: UTF8.self).contains("postfix/") }
    )
  }

  @Test func `the first file with mail lines is chosen, else the journal`() throws {
    #expect(choice() == .journal)
    try folder.write(Array("Nov 21 mx postfix/smtpd[1]: x\n".utf8), to: "maillog")
    #expect(choice() == .file(folder.path("maillog")))
    try folder.write(Array("Nov 21 mx cron[1]: x\n".utf8), to: "mail.log")
    #expect(choice() == .file(folder.path("maillog")))
    try folder.write(Array("Nov 21 mx postfix/smtpd[1]: x\n".utf8), to: "mail.log")
    #expect(choice() == .file(folder.path("mail.log")))
  }

  @Test func `a file that is no longer written is a remainder`() throws {
    try folder.write(Array("Nov 21 mx postfix/smtpd[1]: x\n".utf8), to: "mail.log")
    let later = Timestamp(seconds: now.seconds + 3 * 86_400)
    #expect(choice(at: later) == .journal)
  }

  @Test func `a log that was followed stays, however silent, until its lines go to the journal`()
    throws
  {
    let line = Array("Nov 21 mx postfix/smtpd[1]: x\n".utf8)
    let (log, other) = (folder.path("mail.log"), folder.path("maillog"))
    try folder.write(line, to: "mail.log")
    let later = Timestamp(seconds: now.seconds + 3 * 86_400)
    #expect(choice(at: later, followed: [other]) == .journal)
    #expect(choice(at: later, followed: [log]) == .file(log))
    // What both got last is no sign.
    let end = Timestamp(seconds: now.seconds + 5)
    #expect(choice(at: later, followed: [log], journalEnds: end) == .file(log))
    #expect(choice(at: later, followed: [log], journalEnds: later) == .journal)
    try folder.write([], to: "mail.log")
    #expect(choice(at: later, followed: [log]) == .file(log))
    try folder.write(line, to: "maillog")
    let recently = Date(timeIntervalSince1970: Double(later.seconds - 60))
    try FileManager.default.setAttributes([.modificationDate: recently], ofItemAtPath: other)
    #expect(choice(at: later, followed: [log]) == .file(other))
    try FileManager.default.removeItem(atPath: log)
    try FileManager.default.removeItem(atPath: other)
    #expect(choice(at: later, followed: [log]) == .journal)
  }

  @Test func `a log that was just rotated is judged by its rotated file`() throws {
    try folder.write([], to: "mail.log")
    #expect(choice() == .journal)
    try folder.write(Array("Nov 21 mx postfix/smtpd[1]: x\n".utf8), to: "mail.log.1")
    #expect(choice() == .file(folder.path("mail.log")))
  }

  @Test func `the end of a long file decides, from a whole line on`() throws {
    let other = String(repeating: "Nov 21 mx postfix/smtpd cron[1]: x\n", count: 1)
    let long = other + String(repeating: "Nov 21 mx cron[1]: y\n", count: 10_000)
    try folder.write(Array(long.utf8), to: "mail.log")
    #expect(choice() == .journal)
    try folder.write(Array((long + other).utf8), to: "mail.log")
    #expect(choice() == .file(folder.path("mail.log")))
  }

  @Test func `a folder or a dead link is passed over`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("mail.log"),
      withIntermediateDirectories: false
    )
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("maillog"),
      withDestinationPath: folder.path("nowhere")
    )
    #expect(choice() == .journal)
  }
}
