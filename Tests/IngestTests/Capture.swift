import Foundation
import Ingest
import MailLog
import TestSupport

/// A recorded run of Postfix: its log in every framing, and what its clients saw.
struct Capture: Sendable, CustomStringConvertible {
  /// `3.7.11-dovecot-sasl`: the server's version, and what is special in its settings.
  let name: String
  let zone: ZoneRules

  private static let folder = "postfix"

  /// Every run in the fixtures.
  static let all: [Capture] = {
    let names = (try? Fixtures.names(in: folder)) ?? []
    return names.compactMap { Capture(name: $0) }
  }()

  private init?(name: String) {
    self.name = name
    let path = Fixtures.path("\(Self.folder)/\(name)/info.json")
    guard let content = FileManager.default.contents(atPath: path),
      let info = try? JSONDecoder().decode(Info.self, from: content),
      let zone = ZoneRules(named: info.timezone)
    else { return nil }
    self.zone = zone
  }

  private struct Info: Decodable {
    var timezone: String
  }

  var description: String { name }

  /// The server was told not to log TLS, which is its default.
  var hidesTLS: Bool { name.hasSuffix("tls-loglevel-0") }

  func path(_ file: String) -> String { Fixtures.path("\(Self.folder)/\(name)/\(file)") }

  func bytes(_ file: String) throws -> [UInt8] {
    try Fixtures.bytes("\(Self.folder)/\(name)/\(file)")
  }

  func lines(_ file: String) throws -> [ArraySlice<UInt8>] {
    try Fixtures.lines("\(Self.folder)/\(name)/\(file)")
  }

  /// The whole log in one framing.
  struct Log: Sendable, CustomStringConvertible {
    var capture: Capture
    /// The files, the latest first.
    var files: [String]

    var paths: [String] { files.map(capture.path) }
    var description: String { "\(capture.name): \(files.joined(separator: " "))" }
  }

  /// The log in each framing that there is.
  var logs: [Log] {
    let files = (try? Fixtures.names(in: "\(Self.folder)/\(name)")) ?? []
    let isLog = { (file: String) in file.contains(".log.") || file.hasPrefix("journal.") }
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
    options.zone = zone
    options.logZone = zone
    options.year = 2026
    return options
  }
}
