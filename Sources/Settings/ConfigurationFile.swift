import Foundation
import MailLog

extension Settings {
  /// Where the configuration is unless `--config` says otherwise.
  package static let path = "/etc/submitwatch/submitwatch.yaml"

  /// The most bytes that a configuration may have.
  static let sizeLimit = 1 << 20

  /// Reads a configuration file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - isOptional: a file that does not exist stands for the defaults.
  ///   - sinks: the kinds of places that alerts can be sent to.
  /// - Returns: what the file says, with the defaults of what it does not mention.
  /// - Throws: `SettingsError`, with every problem of the file.
  package static func read(
    from path: String,
    isOptional: Bool = false,
    sinks: [any SinkSettings.Type] = []
  ) throws(SettingsError) -> Settings {
    do {
      return try parse(content(of: path), file: path, sinks: sinks)
    } catch  where error.code == .missing && isOptional {
      return Settings()
    }
  }

  private static func content(of path: String) throws(SettingsError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      var content: [UInt8] = []
      // A pipe gives less than was asked for.
      while content.count <= sizeLimit,
        let part = try file.read(upToCount: sizeLimit + 1 - content.count), !part.isEmpty
      {
        content += part
      }
      return content
    } catch {
      throw SettingsError(reading: path, error as NSError)
    }
  }
}

extension SettingsError {
  /// What lets the service read a file.
  package static func access(to path: String) -> String {
    let name = escapedText(path.utf8)
    return "'chgrp submitwatch \(name)' and 'chmod 640 \(name)'"
  }

  fileprivate init(reading path: String, _ error: NSError) {
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    let problem: (code: Code, message: String) =
      switch (cause.domain, cause.code) {
      case (NSPOSIXErrorDomain, 2), (NSPOSIXErrorDomain, 20):
        (.missing, "no such file; name the configuration, or leave it out for the defaults")
      case (NSPOSIXErrorDomain, 1), (NSPOSIXErrorDomain, 13):
        (
          .permissionDenied,
          "permission denied; use sudo, or for the service \(Self.access(to: path))"
        )
      case (NSPOSIXErrorDomain, 21):
        (.unreadable, "it is a directory; name the configuration in it")
      default:
        (.unreadable, "cannot be read: \(cause.localizedDescription); check the file system")
      }
    self.init(problem.code, file: path, [Problem(message: problem.message)])
  }
}
