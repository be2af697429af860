import MailLog
import TestSupport
import Testing

/// Logs that change their framing on the way: syslog daemons are reconfigured, files concatenated.
struct MixedLogTests {
  private let folder: TemporaryFolder
  private let capture: Capture

  init() throws {
    folder = try TemporaryFolder()
    capture = try #require(Capture.all.first { $0.name == "3.7.11-dovecot-sasl" })
  }

  private func count(_ parts: [ArraySlice<UInt8>]...) throws -> Tally {
    let newline = [UInt8(ascii: "\n")]
    let log = Array((parts.flatMap { $0 } + [[]]).joined(separator: newline))
    return try Tally([folder.write(log, to: "mixed.log")], capture.options)
  }

  @Test func `a line with the stamp of qpsmtpd's own file, of another program, hides no other`()
    throws
  {
    let lines = try capture.lines("mail.log.xz")
    let whole = try Tally([capture.path("mail.log.xz")], capture.options)
    let others = [
      "Sat Nov 21 20:52:16 2026 -> SelfCheck: Database status OK.",
      "Sat Nov 21 20:52:16 2026 -- MARK --", "Sat Nov 21 20:52:16 2026 a b[5]: c",
    ].map { Array($0.utf8)[...] }
    for cut in [0, 100, lines.count] {
      let counted = try count(Array(lines[..<cut]), others, Array(lines[cut...]))
      #expect(counted.differences(from: whole) == [], "behind line \(cut)")
    }
  }

  @Test func `a log that changes its framing at any line counts as the whole`() throws {
    let (modern, traditional) = try (
      capture.lines("mail.log.xz"), capture.lines("mail.rfc3164.log.gz")
    )
    let whole = try Tally([capture.path("mail.log.xz")], capture.options)
    #expect(modern.count == traditional.count)
    for cut in stride(from: 0, through: modern.count, by: 613) {
      let (before, after) = (Array(traditional[..<cut]), Array(modern[cut...]))
      #expect(try count(before, after).differences(from: whole) == [], "cut at line \(cut)")
    }
  }

  @Test func `a log cut into files at any line counts as the whole, in whatever order they come`()
    throws
  {
    for file in ["mail.log.xz", "mail.rfc3164.log.gz"] {
      let lines = try capture.lines(file)
      let whole = try Tally([capture.path(file)], capture.options)
      for cut in stride(from: 137, to: lines.count, by: 613) {
        let next = (cut + lines.count) / 2
        let parts = [lines[..<cut], lines[cut..<next], lines[next...]]
        let paths = try parts.enumerated().map { number, part in
          let text = Array((part + [[]]).joined(separator: [UInt8(ascii: "\n")]))
          return try folder.write(text, to: "part\(number).log")
        }
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
          let counted = try Tally(order.map { paths[$0] }, capture.options)
          #expect(counted.differences(from: whole) == [], "\(file) cut at line \(cut), \(order)")
        }
      }
    }
  }

  @Test func `a log whose first lines lack the service's name counts the same messages`() throws {
    let (modern, protocol23) = try (
      capture.lines("mail.log.xz"), capture.lines("mail.rfc5424.log.xz")
    )
    let whole = try Tally([capture.path("mail.log.xz")], capture.options)
    for cut in stride(from: 529, through: modern.count, by: 613) {
      let counted = try count(Array(protocol23[..<cut]), Array(modern[cut...]))
      #expect(counted.without(tls: true) == whole.without(tls: true), "cut at line \(cut)")
      // The second part shows sessions whose start it does not show.
      let lost = whole.ofKnownTLS - counted.ofKnownTLS
      #expect(lost <= messages(inSessionsOpenAt: cut, of: modern), "cut at line \(cut)")
    }
  }

  @Test func `a log that starts where no session is open counts as the whole in any framing`()
    throws
  {
    let (modern, protocol23) = try (
      capture.lines("mail.log.xz"), capture.lines("mail.rfc5424.log.xz")
    )
    let whole = try Tally([capture.path("mail.log.xz")], capture.options)
    let cut = try #require(idleLine(in: modern))
    #expect((100..<(modern.count - 100)).contains(cut))
    let (front, back) = (Array(protocol23[..<cut]), Array(modern[cut...]))
    #expect(try count(front, back).differences(from: whole) == [])
    let (otherFront, otherBack) = (Array(modern[..<cut]), Array(protocol23[cut...]))
    #expect(try count(otherFront, otherBack).differences(from: whole) == [])
  }

  @Test func `logs of several hosts in several framings in one file are the sum of them`() throws {
    let hosts = ["3.7.11-dovecot-sasl", "3.10.13-dovecot-sasl", "3.7.11-tls-loglevel-0"]
    let files = ["mail.log.xz", "journal.export.xz", "journal.json.gz", "mail.rfc3164.log.gz"]
    var log: [UInt8] = []
    var sum = Tally()
    for (number, file) in files.enumerated() {
      let capture = try #require(Capture.all.first { $0.name == hosts[number % hosts.count] })
      let own = try capture.bytes(file)
      log += renaming("mx1", to: "mx\(number + 2)", in: own)
      sum = sum + (try Tally([capture.path(file)], self.capture.options))
    }
    let path = try folder.write(log, to: "mixed.log")
    #expect(try Tally([path], capture.options).differences(from: sum) == [])
    #expect(sum.total == 220 + 119 + 116 + 220)
  }

  /// A line of smtpd: its process, and its message.
  private func smtpd(_ line: ArraySlice<UInt8>) -> (process: Substring, message: Substring)? {
    let text = Substring(String(decoding: line, as: UTF8.self))
    guard let tag = text.firstRange(of: "smtpd["), let end = text.firstRange(of: "]: "),
      tag.upperBound < end.lowerBound
    else { return nil }
    return (text[text.startIndex..<end.lowerBound].dropFirst(32), text[end.upperBound...])
  }

  /// The processes that have a client after these lines.
  private func busy(after lines: ArraySlice<ArraySlice<UInt8>>) -> Set<Substring> {
    var open: Set<Substring> = []
    for (process, message) in lines.compactMap(smtpd) {
      if message.hasPrefix("connect from") { open.insert(process) }
      if message.hasPrefix("disconnect from") { open.remove(process) }
    }
    return open
  }

  /// A line in the second half of the log in front of which no smtpd has a client.
  private func idleLine(in lines: [ArraySlice<UInt8>]) -> Int? {
    (lines.count / 2..<lines.count).first { busy(after: lines[..<$0]).isEmpty }
  }

  /// Messages that begin behind the line `cut`, in sessions that begin before it.
  private func messages(inSessionsOpenAt cut: Int, of lines: [ArraySlice<UInt8>]) -> Int {
    var open = busy(after: lines[..<cut])
    var count = 0
    for (process, message) in lines[cut...].compactMap(smtpd) {
      if message.hasPrefix("disconnect from") { open.remove(process) }
      if open.contains(process), message.contains(": client=") { count += 1 }
    }
    return count
  }

  /// `log` with another host's name of the same length wherever a line names its host.
  private func renaming(_ host: String, to other: String, in log: [UInt8]) -> [UInt8] {
    var text = log
    let (name, replacement) = (Array(host.utf8), Array(other.utf8))
    for index in 1..<(text.count - name.count) where text[index] == name[0] {
      let before = text[index - 1]
      guard " =\"".utf8.contains(before), text[index...].starts(with: name) else { continue }
      text.replaceSubrange(index..<(index + name.count), with: replacement)
    }
    return text
  }
}

extension Tally {
  fileprivate var ofKnownTLS: Int {
    messages.reduce(0) { $0 + ($1.key.tls == .unknown ? 0 : Int($1.value)) }
  }
}
