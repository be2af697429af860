import Foundation
import LogSources
import MailLog
import Testing

@testable import Alerts
@testable import Dialects

/// The sources against the rules of the house: who may import what, and lists against files.
struct ArchitectureTests {
  /// The folder of the package.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Modules with system calls, and the files that may make them.
  private static let allowed: [String: Set<String>] = [
    "Foundation": [
      "Alerts/*", "Daemon/*", "HTTPAPI/BodyMembers.swift",
      "Languages/TermTable.swift", "Settings/*",
      "Storage/*", "submitwatch/*", "submitwatch-bench/*", "submitwatchd/*",
    ],
    "GRDB": ["Storage/*"],
    "Glibc": [
      "Daemon/*", "Detection/Logarithm.swift", "LogSources/*", "Platform/*",
      "Dialects/ByteScanner.swift",
      "Dialects/Span+Searching.swift", "HTTPAPI/ChartLibrary.swift",
      "HTTPAPI/ListeningSocketError.swift",
      "HTTPAPI/ListeningSocket.swift", "HTTPAPI/PeerUser.swift", "HTTPAPI/UserDatabase.swift",
      "submitwatch/*", "submitwatch-bench/*",
    ],
    "CBytes": ["Dialects/Span+Searching.swift"],
    "CCompression": [
      "HTTPAPI/Gzip.swift", "LogSources/Bzip2Decoder.swift", "LogSources/GzipDecoder.swift",
      "LogSources/XzDecoder.swift", "LogSources/ZstdDecoder.swift",
    ],
    "CCurl": [
      "Curl/*", "Alerts/HTTPExchange.swift", "Alerts/Mailer.swift", "Alerts/Transfer.swift",
      "submitwatch/DaemonClient.swift",
    ],
    "CLinux": [
      "Daemon/Daemon.swift", "LogSources/EventDescriptor.swift", "LogSources/FileCalls.swift",
      "LogSources/LineBlock.swift",
    ],
    "CSystemd": [
      "Alerts/JournalEntry.swift", "Daemon/ServiceManager.swift", "LogSources/Journal.swift",
      "submitwatch-bench/Journal/BareJournalLoop.swift",
    ],
    "HummingbirdCore": ["HTTPAPI/*"],
    "HTTPTypes": ["HTTPAPI/*"],
    "Logging": ["Daemon/*", "HTTPAPI/*"],
    "NIOCore": ["HTTPAPI/*"],
    "NIOHTTP1": ["HTTPAPI/*"],
    "NIOPosix": ["HTTPAPI/*"],
    "Mustache": ["Alerts/BodyTemplate.swift"],
    "Yams": ["Settings/*"],
    "ArgumentParser": ["submitwatch/*", "submitwatch-bench/*", "submitwatchd/*"],
    "Dispatch": [
      "Alerts/*", "Daemon/*", "Ingest/BlockScan.swift", "submitwatch/*", "submitwatch-bench/*",
    ],
  ]

  @Test(arguments: allowed.keys.sorted())
  func `a module is imported only where the house allows it`(module: String) throws {
    for file in try Self.sources() {
      let text = try String(contentsOf: file.url, encoding: .utf8)
      let imports = text.split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }
        .contains { $0.hasSuffix("import \(module)") }
      let folder = file.path.prefix { $0 != "/" } + "/*"
      let isAllowed =
        Self.allowed[module]?.contains(file.path) == true
        || Self.allowed[module]?.contains(String(folder)) == true
      #expect(!imports || isAllowed, "\(file.path) imports \(module)")
    }
  }

  @Test func `every dialect has its source file, its place in the list and its fixtures`() throws {
    let conformers = try Self.sources().filter { file in
      let text = try String(contentsOf: file.url, encoding: .utf8)
      return file.path.hasPrefix("Dialects/") && text.contains(": Dialect {")
    }
    let names = conformers.map { String($0.path.dropFirst("Dialects/".count).dropLast(6)) }
    #expect(names.sorted() == allDialects.map { "\($0)" }.sorted())
    for dialect in allDialects {
      let folder = Self.root.appending(path: "Tests/DialectsTests/Fixtures/\(dialect.server.name)")
      #expect(FileManager.default.fileExists(atPath: folder.path), "no fixtures of \(dialect)")
    }
  }

  @Test func `every log source has its source file and its place in the list`() throws {
    let conformers = try Self.sources().filter { file in
      let text = try String(contentsOf: file.url, encoding: .utf8)
      return file.path.hasPrefix("LogSources/") && text.contains(": LogSource {")
    }
    let names = conformers.map { String($0.path.dropFirst("LogSources/".count).dropLast(6)) }
    #expect(names.sorted() == allLogSources.map { "\($0)" }.sorted())
  }

  @Test func `every sink of alerts has its source file and its place in the list`() throws {
    let conformers = try Self.sources().filter { file in
      let text = try String(contentsOf: file.url, encoding: .utf8)
      return file.path.hasPrefix("Alerts/") && text.contains(": AlertSink {")
    }
    let names = conformers.map { String($0.path.dropFirst("Alerts/".count).dropLast(6)) }
    // The journal needs no configuration.
    let configured = names.filter { $0 != "JournalSink" }.map { "Alerts.\($0).Configuration" }
    #expect(configured.count == names.count - 1)
    #expect(configured.sorted() == allAlertSinks.map { String(reflecting: $0) }.sorted())
  }

  @Test func `source files stay within three hundred lines`() throws {
    for file in try Self.sources() {
      let lines = try String(contentsOf: file.url, encoding: .utf8).split(
        separator: "\n",
        omittingEmptySubsequences: false
      )
      #expect(lines.count <= 301, "\(file.path) has \(lines.count - 1) lines")
    }
  }

  /// The source files, by their path below `Sources`.
  private static func sources() throws -> [(path: String, url: URL)] {
    let folder = root.appending(path: "Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return files.filter { $0.hasSuffix(".swift") }.sorted().map {
      ($0, folder.appending(path: $0))
    }
  }
}
