import Foundation
import TestSupport
import Testing

/// The manual pages against what the program says of itself.
struct ManualTests {
  /// A command as `--experimental-dump-help` of ArgumentParser tells it.
  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?

    struct Argument: Decodable {
      var names: [Name]?
    }
    struct Name: Decodable {
      var name: String
    }

    /// All commands below this one.
    var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
  }

  private struct Dump: Decodable {
    var command: Command
  }

  private static func page(_ name: String) throws -> String {
    let url = ArchitectureTests.root.appending(path: "config/man/\(name)")
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test func `the manual has every command and every option, and no others`() throws {
    let run = try CommandRun(["--experimental-dump-help"])
    let commands = try JSONDecoder().decode(Dump.self, from: Data(run.output)).command.all
    let page = try Self.page("submitwatch.1")
    let names = Set(commands.dropFirst().map(\.commandName))
    let described = Set(page.matches(of: /\n\.It Cm ([a-z-]+)/).map { String($0.1) })
    #expect(described == names)
    let options = Set(
      commands.flatMap { $0.arguments ?? [] }.flatMap { $0.names ?? [] }.map(\.name)
        .filter { $0.count > 1 }
    )
    #expect(Set(page.matches(of: /Fl -([a-z-]+)/).map { String($0.1) }) == options)
  }

  @Test func `the manual has every exit status that help has`() throws {
    let help = try CommandRun(["--help"]).text
    let page = try Self.page("submitwatch.1")
    let statuses = page.matches(of: /\n\.It ([0-9]+)\n/).map { String($0.1) }
    #expect(statuses == ["0", "1", "2", "64", "65", "77", "78"])
    for status in statuses { #expect(help.contains(" \(status) ")) }
  }

  @Test func `the daemon's manual has all of its options, and no others`() throws {
    let run = try CommandRun(program: DaemonPlace.binary, ["--experimental-dump-help"])
    let command = try JSONDecoder().decode(Dump.self, from: Data(run.output)).command
    let options = (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
    let page = try Self.page("submitwatchd.8")
    let described = page.matches(of: /Fl -([a-z-]+)/).map { String($0.1) }
    #expect(Set(described) == Set(options.filter { $0.count > 1 }))
    let statuses = page.matches(of: /\n\.It ([0-9]+)\n/).map { String($0.1) }
    #expect(statuses == ["0", "1", "64", "77", "78"])
  }

  @Test func `the daemon prints the configuration that is installed, and its version`() throws {
    let file = ArchitectureTests.root.appending(path: "config/submitwatch.yaml")
    let run = try CommandRun(program: DaemonPlace.binary, ["--print-default-config"])
    #expect(run.status == 0)
    #expect(run.text == (try String(contentsOf: file, encoding: .utf8)))
    let version = try CommandRun(program: DaemonPlace.binary, ["--version"])
    #expect(version.text.wholeMatch(of: /submitwatchd [0-9]+[.][0-9]+[.][0-9]+\n/) != nil)
  }

  @Test func `the daemon has the exit statuses of its manual`() throws {
    let folder = try TemporaryFolder()
    func status(_ arguments: [String]) throws -> Int32 {
      try CommandRun(program: DaemonPlace.binary, arguments).status
    }
    #expect(try status(["--bogus"]) == 64)
    #expect(try status(["--config", folder.write(Array("bogus: 1\n".utf8), to: "bad.yaml")]) == 78)
    let nowhere = "database: \(folder.path("no/database"))\nsocket: \(folder.path("socket"))\n"
    #expect(try status(["--config", folder.write(Array(nowhere.utf8), to: "no.yaml")]) == 1)
    let daemon = try AskedDaemon(log: [])
    #expect(daemon.stop() == 0)
  }

  @Test func `the manual has every key of the configuration`() throws {
    let file = ArchitectureTests.root.appending(path: "config/submitwatch.yaml")
    let keys = try String(contentsOf: file, encoding: .utf8)
      .matches(of: /\n *#([a-z-]+):/).map { String($0.1) }
    #expect(keys.count == 35)
    let others = [
      "timezone", "log-timezone", "file", "olddir", "year", "journal", "directory", "namespace",
      "identifiers", "name", "url", "method", "template", "content-type", "token-file",
      "ca-file", "resolved", "to", "from", "server", "user", "password-file", "language",
      "cap-per-ten-minutes", "cap-per-hour", "cap-per-day", "weekly", "monthly", "time",
      "domain",
    ]
    let page = try Self.page("submitwatch.yaml.5")
    let described = Set(page.matches(of: /Ic ([a-z-]+)/).map { String($0.1) })
    #expect(described == Set(keys + others))
  }
}
