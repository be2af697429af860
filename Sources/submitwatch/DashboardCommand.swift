import ArgumentParser
import Dispatch
import Foundation
import HTTPAPI
import Platform

/// `submitwatch dashboard`: the web dashboard on a loopback port.
struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "The web dashboard, for your browser alone, until you stop the command.",
    discussion: """
      Passes what your browser asks on to the daemon's socket, from a port of the loopback \
      interface. The address that is printed opens the dashboard once; nobody else on this machine \
      gets in without it. To use it from another host, choose a port here and forward it: \
      'ssh -t -L 8025:127.0.0.1:8025 HOST submitwatch dashboard --port 8025 --no-open'.
      """
  )

  @Option(help: ArgumentHelp("The port of 127.0.0.1 (default: a free one).", valueName: "N"))
  var port = 0

  @Flag(name: .customLong("no-open"), help: "Only print the address; start no browser.")
  var staysClosed = false

  @OptionGroup var options: DaemonOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port \(port): must be 0 to 65535.")
    }
  }

  func run() throws {
    // Who may not ask, or finds no daemon, learns it here and not in the browser.
    var request = DaemonClient.Request(path: "/v1/status", patience: 10)
    request.headers.append("Accept", "application/json")
    _ = try options.daemon.answer(to: request)
    let (socket, port, opens) = (options.daemon.path, port, !staysClosed)
    let outcome = Outcome()
    let ended = DispatchSemaphore(value: 0)
    Task {
      do {
        try await DashboardProxy(socket: socket, now: { .now }).run(port: port) { address in
          guard try StandardOutput.write(Array((address + "\n").utf8)) else { return }
          if opens { Browser.open(address) }
        }
      } catch {
        outcome.error = error
      }
      ended.signal()
    }
    // Ctrl-C and SIGTERM end the process, and with it the port.
    ended.wait()
    guard let error = outcome.error else { return }
    if error is Failure { throw error }
    throw Failure(.failed, "\(error)")
  }
}

/// How the server ended; written before the semaphore is signalled, read after it.
private final class Outcome: @unchecked Sendable {
  var error: (any Error)?
}

/// The user's web browser.
private enum Browser {
  /// Opens an address that nobody else may learn.
  ///
  /// Arguments of processes are for all to see, so the address goes through a file that only the
  /// user can read. Without a desktop, or if the browser may not read the file, the printed address
  /// is what the user has.
  static func open(_ address: String) {
    let environment = ProcessInfo.processInfo.environment
    guard ["DISPLAY", "WAYLAND_DISPLAY"].contains(where: { environment[$0]?.isEmpty == false })
    else { return }
    let folder = environment["XDG_RUNTIME_DIR"] ?? NSTemporaryDirectory()
    let file = URL(filePath: folder).appending(path: "submitwatch-\(UUID().uuidString).html")
    let page = "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=\(address)\">"
    let isMade = FileManager.default.createFile(
      atPath: file.path,
      contents: Data(page.utf8),
      attributes: [.posixPermissions: 0o600]
    )
    guard isMade else { return }
    let opener = Process()
    opener.executableURL = URL(filePath: "/usr/bin/xdg-open")
    opener.arguments = [file.path]
    opener.standardOutput = FileHandle.nullDevice
    opener.standardError = FileHandle.nullDevice
    try? opener.run()
  }
}
