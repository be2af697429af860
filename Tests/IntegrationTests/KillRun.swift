import Foundation
import Glibc
import MailLog
import TestSupport

/// Lines of genuine logs, written and rotated while a daemon that reads them is killed.
struct KillRun {
  private var numbers: SeededNumbers
  let place: DaemonPlace
  /// The whole log, and how much of it is written.
  private let log: [UInt8]
  private var written = 0
  private let kills: Int
  private(set) var killed = 0
  private var daemon: RunningDaemon?

  init(seed: UInt64, kills: Int) throws {
    numbers = SeededNumbers(seed)
    self.kills = kills
    place = try DaemonPlace(DaemonPlace.settings)
    log = try Self.genuineLog(copies: (kills + 24) / 25)
  }

  /// Days with the lines of real servers, the last one yesterday.
  private static func genuineLog(copies: Int) throws -> [UInt8] {
    let names = [
      "3.7.11-dovecot-sasl/mail.log.xz", "3.10.13-dovecot-sasl/mail.log.xz",
      "3.7.11-cyrus-sasldb/mail.log.1.xz",
    ]
    let logs = try names.map { try Fixtures.lines("postfix/\($0)") }
    let yesterday = Int32(Date().timeIntervalSince1970 / 86_400) - 1
    var day = yesterday - Int32(copies * logs.count) + 1
    var whole: [UInt8] = []
    for _ in 0..<copies {
      for lines in logs {
        let date = CivilDate(daysSince1970: day).text
        // `2026-11-21T20:52:12…`
        for line in lines { whole += Array(date.utf8) + line.dropFirst(date.utf8.count) + [10] }
        day += 1
      }
    }
    return whole
  }

  /// What is wrong afterwards; nil: nothing.
  mutating func run() throws -> String? {
    while killed < kills {
      let daemon = try self.daemon ?? place.start()
      self.daemon = nil
      try killDaemon(daemon)
      if numbers.below(3) == 0 { try act() }
      if killed % 6 == 0, let difference = try check() { return difference }
    }
    try write(log.count - written)
    return try check() ?? compareWithUndisturbed()
  }

  // MARK: Killing

  private mutating func killDaemon(_ daemon: RunningDaemon) throws {
    // What is written until this kill.
    let goal = log.count / kills * (killed + 1)
    switch numbers.below(3) {
    case 0: try write(until: .now + .milliseconds(numbers.below(300)), goal)
    case 1: try write(until: .now + .milliseconds(numbers.below(2200)), goal)
    default:
      try write(until: .now + .milliseconds(numbers.below(500)), goal)
      waitForSave()
    }
    guard daemon.isRunning else {
      throw NeverHappened(description: "the daemon ended: \(daemon.errors)")
    }
    daemon.end(by: SIGKILL)
    killed += 1
  }

  /// Returns while a save is under way, or has just been made.
  private mutating func waitForSave() {
    let before = Self.changed(place.database + "-wal")
    let deadline = ContinuousClock.now + .seconds(3)
    while Self.changed(place.database + "-wal") == before, .now < deadline { usleep(100) }
    usleep(UInt32(numbers.below(4000)))
  }

  private static func changed(_ path: String) -> [Int] {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return [] }
    return [status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }

  // MARK: Writing

  private mutating func write(until end: ContinuousClock.Instant, _ goal: Int) throws {
    while .now < end {
      if written < goal { try act() }
      usleep(UInt32(numbers.below(20_000)))
    }
  }

  /// Writes some bytes, which may end in mid-line, or rotates the log.
  private mutating func act() throws {
    switch numbers.below(12) {
    case 0: try rotate("mv mail.log mail.log.1")
    case 1: try rotate("mv mail.log mail.log.1; : >mail.log")
    case 2: try rotate("cp -p mail.log mail.log.1; : >mail.log")
    case 3: try compress()
    default: try write(numbers.below(numbers.below(8) == 0 ? 200_000 : 4000))
    }
  }

  private mutating func write(_ count: Int) throws {
    let end = min(log.count, written + count)
    if !FileManager.default.fileExists(atPath: place.log) {
      try place.folder.write([], to: "mail.log")
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: place.log))
    try file.seekToEnd()
    try file.write(contentsOf: Data(log[written..<end]))
    try file.close()
    written = end
  }

  private mutating func endLine() throws {
    guard let newline = log[max(0, written - 1)...].firstIndex(of: 10) else { return }
    try write(max(0, newline + 1 - written))
  }

  private mutating func rotate(_ script: String) throws {
    // No server is told to open a new log in mid-line.
    try endLine()
    guard FileManager.default.fileExists(atPath: place.log) else { return }
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    let rotated = names.filter { $0.hasPrefix("mail.log.") }
    // `mail.log.2.gz`
    let numbered = rotated.compactMap { name in
      Int(name.split(separator: ".")[2]).map { ($0, name) }
    }
    for (number, name) in numbered.sorted(by: { $0.0 > $1.0 }) {
      let rest = name.split(separator: ".").dropFirst(3).map { "." + $0 }.joined()
      try FileManager.default.moveItem(
        atPath: place.folder.path(name),
        toPath: place.folder.path("mail.log.\(number + 1)\(rest)")
      )
    }
    try shell(script)
  }

  private mutating func compress() throws {
    let number = 1 + numbers.below(3)
    let program = ["gzip -q", "xz -q", "zstd -q --rm"][numbers.below(3)]
    try shell("if [ -e mail.log.\(number) ]; then \(program) mail.log.\(number); fi")
  }

  private func shell(_ script: String) throws {
    let run = try CommandRun(script: "set -e; \(script)", in: place.folder)
    guard run.status == 0 else { throw NeverHappened(description: "\(script): \(run.errors)") }
  }

  // MARK: Comparing

  private static let period = "days=730"
  static let reports = [
    "tls --per-day": "/v1/report/tls?per-day=true&\(period)",
    "volume --per-day": "/v1/report/volume?per-day=true&\(period)",
    "failures": "/v1/failures?\(period)",
    "failures --by network": "/v1/failures?by=network&\(period)",
  ]

  /// Compares what is counted with what `submitwatch analyze` counts; the daemon goes on.
  private mutating func check() throws -> String? {
    // A line that has no end is not read, and a log that is not there is waited for.
    try endLine()
    let daemon = try place.start()
    self.daemon = daemon
    try daemon.waitUntilCaughtUp()
    let path = try place.folder.write(Array(log[..<written]), to: "written")
    for (view, target) in Self.reports.sorted(by: { $0.key < $1.key }) {
      let words = view.split(separator: " ").map(String.init)
      let analysis = try CommandRun(
        ["analyze", "--format", "csv", "--timezone", "UTC", "--days", "730", "--view"]
          + words + [path]
      )
      guard analysis.status == 0 else { return "analyze: \(analysis.errors)" }
      try Self.compare(daemon, target, with: analysis.text, "after \(killed) kills, \(view)")
    }
    let gaps = daemon.status()?.gaps
    return gaps == 0 ? nil : "after \(killed) kills: gaps \(gaps ?? -1): \(daemon.errors)"
  }

  /// Waits until an answer is the one that is expected: the last lines are counted a moment later.
  ///
  /// - Throws: how it differs, if it stays so.
  private static func compare(
    _ daemon: RunningDaemon,
    _ target: String,
    with expected: String,
    _ place: String
  ) throws {
    var text = ""
    _ = try poll("the counts are the same, \(place)", difference(text, expected)) {
      // RFC 4180 has CRLF; the command line has not.
      text = (daemon.get(target) ?? "").replacingOccurrences(of: "\r\n", with: "\n")
      return text == expected ? true : nil
    }
  }

  private static func difference(_ text: String, _ expected: String) -> String {
    let lines = (Set(text.split(separator: "\n")), Set(expected.split(separator: "\n")))
    guard lines.0 != lines.1 else { return "the order:\n\(text)\nexpected:\n\(expected)" }
    return lines.0.subtracting(lines.1).sorted().map { "\n  counted  \($0)" }.joined()
      + lines.1.subtracting(lines.0).sorted().map { "\n  expected \($0)" }.joined()
  }

  private func compareWithUndisturbed() throws -> String? {
    let other = try DaemonPlace(DaemonPlace.settings)
    try other.folder.write(log, to: "mail.log")
    let undisturbed = try other.start()
    try undisturbed.waitUntilCaughtUp()
    for target in Self.reports.values.sorted() + ["/v1/cutoff?minimum=1.3&\(Self.period)"] {
      guard let expected = undisturbed.get(target), let daemon else { return "no answer" }
      let text = expected.replacingOccurrences(of: "\r\n", with: "\n")
      try Self.compare(daemon, target, with: text, "against an undisturbed run, \(target)")
    }
    return nil
  }
}
