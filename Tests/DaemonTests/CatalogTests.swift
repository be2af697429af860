import Foundation
import TestSupport
import Testing

@testable import Daemon

/// The journal's explanations, as journalctl(1) itself reads them.
struct CatalogTests {
  private static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "systemd/submitwatch.catalog")

  @Test func `each message of the daemon that has an ID is explained`() throws {
    let folder = try TemporaryFolder()
    let root = folder.path("root")
    let catalogs = root + "/usr/lib/systemd/catalog"
    let files = FileManager.default
    try files.createDirectory(atPath: catalogs, withIntermediateDirectories: true)
    try files.copyItem(atPath: Self.file.path, toPath: catalogs + "/submitwatch.catalog")
    let made = try journalctl("--root=\(root)", "--update-catalog")
    #expect(made.errors == "")
    let ids = CatalogEntry.allCases.map(\.rawValue)
    let text = try journalctl("--root=\(root)", "--dump-catalog").output
    for id in ids { #expect(text.contains("-- \(id)\nSubject: "), "\(id)") }
    #expect(!text.contains("Subject: \n"))
    #expect(Set(ids).count == ids.count)
  }

  private func journalctl(
    _ arguments: String...
  ) throws -> (output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/journalctl")
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let complaints = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (
      String(decoding: text, as: UTF8.self), String(decoding: complaints, as: UTF8.self)
    )
  }
}
