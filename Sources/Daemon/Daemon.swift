import Alerts
import CLinux
import Foundation
import HTTPAPI
import Logging
import MailLog
import Platform
import Reports
import Settings
import Storage

/// The daemon: reads logs as they grow, counts, saves, and answers on its socket.
package struct Daemon {
  private let path: String
  private let isOptional: Bool
  private let log: Logger
  private let started = Timestamp.now
  private let refused = Locked<StatusWarning?>(nil)

  /// A daemon with the configuration at `path`, or with the usual one, which may be missing.
  package init(configuration path: String?) {
    self.path = path ?? Settings.path
    isOptional = path == nil
    log = Logger(label: "submitwatchd") { _ in
      DaemonLogHandler(toJournal: ServiceManager.takesErrors)
    }
  }

  /// Runs until it is told to stop.
  ///
  /// - Returns: the exit code, sysexits.h.
  package func run() -> Int32 {
    let signals = Signals()
    Self.quietDispatch()
    // A heap for each thread would keep what each of them once needed, mallopt(3).
    _ = mallopt(M_ARENA_MAX, 2)
    do {
      try serve(signals)
      return 0
    } catch let error as SettingsError {
      report(error)
      return error.code == .permissionDenied ? EX_NOPERM : EX_CONFIG
    } catch let error as StorageError {
      log.log(.databaseUnusable, .critical, "the database cannot be used", ["error": "\(error)"])
      return error.code == .permissionDenied ? EX_NOPERM : 1
    } catch {
      log.critical("the daemon cannot go on", metadata: ["error": "\(error)"])
      return 1
    }
  }

  private func serve(_ signals: Signals) throws {
    var settings = try readSettings()
    var old: Settings?
    var reload: Watchdog?
    let listener = Listener(passed: ServiceManager.passedSocket())
    defer { listener.close() }
    while true {
      let service: Service
      do {
        service = try begin(settings, listener)
      } catch {
        // What cannot be used at a reload is no reason to end.
        guard let working = old else { throw error }
        log.error("the new configuration cannot be used", metadata: ["error": "\(error)"])
        refuse("\(error)")
        (settings, old) = (working, nil)
        continue
      }
      if old != nil { log.notice("a new configuration is taken up") }
      reload?.stop()
      let watchdog = Watchdog { service.isAlive() }
      ServiceManager.tell("READY=1\nSTATUS=counting")
      let socket = listener.path ?? "passed by the service manager"
      log.info("ready", metadata: ["version": "\(programVersion)", "socket": "\(socket)"])
      let next = nextSettings(signals, running: settings)
      ServiceManager.tell(next == nil ? "STOPPING=1" : "RELOADING=1")
      watchdog.stop()
      if next == nil { listener.close() } else { reload = .forReload() }
      let isSaved = service.stop()
      // The service manager starts what failed anew, but not what ends well.
      if let failure = service.failure { throw failure }
      guard let next else {
        guard isSaved else { throw DaemonError.countsNotSaved }
        log.info("stopped")
        return
      }
      (settings, old) = (next, settings)
    }
  }

  private func begin(_ settings: Settings, _ listener: Listener) throws -> Service {
    try Service(
      settings,
      listening: { try listener.socket(at: settings.socket) },
      log: log,
      started: started,
      refused: refused
    )
  }

  /// Waits for a new configuration that can be used; nil: for the order to stop.
  private func nextSettings(_ signals: Signals, running: Settings) -> Settings? {
    while signals.next() == .reload {
      do throws(SettingsError) {
        let settings = try readSettings()
        refused.withLock { $0 = nil }
        guard settings != running else {
          log.info("the configuration is unchanged")
          continue
        }
        return settings
      } catch {
        report(error)
        refuse("\(error)")
      }
    }
    return nil
  }

  /// Notes for the log and the status that a new configuration is not taken up.
  private func refuse(_ problem: String) {
    log.log(.configurationRefused, .error, "the old configuration is kept")
    let lines = problem.split(separator: "\n")
    let more = lines.count > 1 ? " (and \(lines.count - 1) more)" : ""
    let warning = StatusWarning.configurationRefused(
      file: URL(filePath: path).path,
      problem: "\(lines.first ?? "")\(more)"
    )
    refused.withLock { $0 = warning }
  }

  private func readSettings() throws(SettingsError) -> Settings {
    var settings = try Settings.read(from: path, isOptional: isOptional, sinks: allAlertSinks)
    settings.file = URL(filePath: path).path
    return settings
  }

  /// Keeps the library of the queues from a line of its own for every thread that it begins.
  ///
  /// Only root may give a thread the priority that it asks for, setpriority(2); all of them work
  /// without. `LIBDISPATCH_LOG=stderr` in the environment brings the lines back.
  private static func quietDispatch() {
    unsafe setenv("LIBDISPATCH_LOG", "NO", 0)
  }

  private func report(_ error: SettingsError) {
    for line in error.description.split(separator: "\n") { log.error("\(line)") }
  }
}

/// What the database has not taken.
enum DaemonError: Error, CustomStringConvertible {
  /// The daemon ends all the same.
  case countsNotSaved
  case verdictNotSaved
  /// It is closed.
  case isEnding

  var description: String {
    switch self {
    case .countsNotSaved:
      "what was counted since the last save is not in the database; it is counted again at the next start"
    case .verdictNotSaved:
      "the database cannot be written; 'submitwatch status' tells why; then give the verdict again"
    case .isEnding: "the daemon is ending, or takes up a new configuration; try again"
    }
  }
}
