import Alerts
import ArgumentParser
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
      let notes = try Settings.read(from: path, sinks: allAlertSinks).notes
      for note in notes { try print(note) }
      try print("\(escapedText(path.utf8)): no \(notes.isEmpty ? "" : "other ")problems")
    } catch let error as SettingsError {
      if error.code == .missing, file == nil {
        return try print("\(path): there is none; the defaults are used")
      }
      throw Failure(status(of: error), error.description, isPrefixed: false)
    }
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
