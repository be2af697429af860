import Foundation
import Ingest
import MailLog
import Settings
import TestSupport

/// A recorded run of a mail server: its log in every framing, and what its clients saw.
struct Capture: Sendable, CustomStringConvertible {
  /// `postfix`: the folder of the server's fixtures.
  let server: String
  /// `3.7.11-dovecot-sasl`: the server's version, and what is special in its settings.
  let name: String
  let zone: ZoneRules

  /// Every run in the fixtures: what has an `info.json`.
  static let all: [Capture] = {
    let servers = (try? Fixtures.names(in: "")) ?? []
    return servers.flatMap { server in
      ((try? Fixtures.names(in: server)) ?? []).compactMap { Capture(server: server, name: $0) }
    }
  }()

  private init?(server: String, name: String) {
    self.server = server
    self.name = name
    let path = Fixtures.path("\(server)/\(name)/info.json")
    guard let content = FileManager.default.contents(atPath: path),
      let info = try? JSONDecoder().decode(Info.self, from: content),
      let zone = ZoneRules(named: info.timezone)
    else { return nil }
    self.zone = zone
  }

  private struct Info: Decodable {
    var timezone: String
  }

  var description: String { "\(server)/\(name)" }

  func path(_ file: String) -> String { Fixtures.path("\(self)/\(file)") }

  func bytes(_ file: String) throws -> [UInt8] {
    try Fixtures.bytes("\(self)/\(file)")
  }

  func lines(_ file: String) throws -> [ArraySlice<UInt8>] {
    try Fixtures.lines("\(self)/\(file)")
  }

  /// The whole log in one framing.
  struct Log: Sendable, CustomStringConvertible {
    var capture: Capture
    /// The files, the latest first.
    var files: [String]

    var paths: [String] { files.map(capture.path) }
    var description: String { "\(capture): \(files.joined(separator: " "))" }
  }

  /// The log in each framing that there is.
  var logs: [Log] {
    let files = (try? Fixtures.names(in: "\(self)")) ?? []
    let isLog = { (file: String) in
      file.contains(".log.") || file.hasPrefix("journal.") || file.hasPrefix("mainlog.")
    }
    var framings: [String: [String]] = [:]
    for file in files.filter(isLog) {
      framings[file.hasPrefix("mail.log") ? "mail.log" : file, default: []].append(file)
    }
    return framings.sorted { $0.key < $1.key }.map { framing in
      Log(capture: self, files: framing.value.sorted(by: >))
    }
  }

  /// The one framing that has the services' names, dates or not: what the operating system's
  /// syslog daemon writes as it comes.
  var plainLog: Log? {
    logs.first { $0.files.contains("mail.log.xz") || $0.files.contains("postfix.log.gz") }
  }

  /// How to read the logs: days are those of the host.
  var options: LogAnalysis.Options {
    // Later than every line.
    var options = LogAnalysis.Options(now: Timestamp(seconds: 1_800_000_000))
    options.rules.zone = zone
    options.logZone = zone
    options.year = 2026
    return options
  }
}
