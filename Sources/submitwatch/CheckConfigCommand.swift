import Alerts
import ArgumentParser
import Glibc
import MailLog
import Settings

/// `submitwatch check-config`: what is wrong with the configuration.
struct CheckConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config",
    abstract: "Checks the configuration; tells every problem with file, line and key."
  )

  @Argument(
    help: ArgumentHelp("The configuration (default: \(Settings.path)).", valueName: "file"),
    completion: .file(extensions: ["yaml"])
  )
  var file: String?

  func run() throws {
    let path = file ?? Settings.path
    do {
      var notes = try Settings.read(from: path, sinks: allAlertSinks).notes
      let name = escapedText(path.utf8)
      if isRootsAlone(path) {
        let access = SettingsError.access(to: path)
        notes.append("\(name): only root may read it, by its mode; for the service \(access)")
      }
      for note in notes { try print(note) }
      try print("\(name): no \(notes.isEmpty ? "" : "other ")problems")
    } catch let error as SettingsError {
      if error.code == .missing, file == nil {
        return try print("\(path): there is none; the defaults are used")
      }
      throw Failure(status(of: error), error.description, isPrefixed: false)
    }
  }

  /// Whether nobody but root may read a file: the service runs as a user of its own.
  private func isRootsAlone(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_uid == 0 else { return false }
    let groupMay = status.st_mode & S_IRGRP != 0 && status.st_gid != 0
    return status.st_mode & S_IROTH == 0 && !groupMay
  }

  private func print(_ text: String) throws {
    _ = try StandardOutput.write(Array((text + "\n").utf8))
  }

  private func status(of error: SettingsError) -> Failure.Status {
    switch error.code {
    case .permissionDenied: .noPermission
    case .missing, .unreadable, .invalid: .badConfiguration
    }
  }
}
