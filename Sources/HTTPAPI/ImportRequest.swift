import HTTPTypes
import HummingbirdCore
import MailLog
import Reports

/// Old logs on their way into the counters.
package struct ImportRequest: Sendable {
  package var logTimezone: String?
  package var year: Int?
  /// That of lines that name none; nil: this machine.
  package var host: String?
  /// Who sends it.
  package var user: PeerUser
  package var body: ImportBody

  init(_ items: QueryItems, user: PeerUser, body: ImportBody) {
    logTimezone = items.zone(.logTimezone)
    year = items[.year].flatMap(Parameter.integer)
    host = items[.host]
    self.user = user
    self.body = body
  }
}

/// What an import did.
package struct ImportOutcome: Sendable, Equatable {
  /// What became of the lines of one file.
  package struct File: Sendable, Equatable {
    /// As the client calls it.
    package var name: String
    package var lines: UInt64
    /// Lines that told something of a submission.
    package var used: UInt64
    /// Lines that told nothing, by reason.
    package var passedOver: [String: UInt64]

    package init(
      name: String,
      lines: UInt64,
      used: UInt64,
      passedOver: [String: UInt64] = [:]
    ) {
      self.name = name
      self.lines = lines
      self.used = used
      self.passedOver = passedOver
    }
  }

  /// In the order of their time.
  package var files: [File]
  /// Messages that were counted.
  package var submissions: UInt64
  /// Messages that had been counted before.
  package var alreadyCounted: UInt64
  /// Messages of days that are no longer kept.
  package var tooOld: UInt64

  package init(
    _ files: [File],
    submissions: UInt64,
    alreadyCounted: UInt64,
    tooOld: UInt64 = 0
  ) {
    self.files = files
    self.submissions = submissions
    self.alreadyCounted = alreadyCounted
    self.tooOld = tooOld
  }
}

/// Why an import was not done; nothing of it is counted.
package struct ImportRefusal: Error, Sendable {
  package enum Code: String, Sendable {
    /// Another import is going on.
    case busy
    /// The data is no log, or damaged.
    case badData = "bad-data"
    /// There is no such zone.
    case unknownZone = "bad-parameter"
    /// The counters cannot be saved now.
    case unavailable
  }

  package var code: Code
  /// One sentence for people.
  package var detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}

package typealias ImportHandler = @Sendable (ImportRequest) async throws -> ImportOutcome

extension Order {
  /// Counts the logs that are sent.
  func importLog() async throws -> Answer {
    let outcome: ImportOutcome
    do {
      outcome = try await daemon.importLog(
        ImportRequest(items, user: user, body: ImportBody(request.body, items))
      )
    } catch let problem as Problem {
      throw problem.closing()
    } catch let refusal as ImportRefusal {
      throw Problem(refusal, items)
    } catch {
      throw Problem(ImportRefusal(.unavailable, "the import failed: \(error)"), items)
    }
    var json = JSONWriter()
    json.object { outcome.write(to: &$0, withFiles: items.has(.severalFiles)) }
    return Answer(json)
  }
}

extension ImportOutcome {
  fileprivate func write(to json: inout JSONWriter, withFiles: Bool) {
    json.member("lines", files.reduce(0) { $0 + $1.lines })
    json.member("submissions", submissions)
    json.member("alreadyCounted", alreadyCounted)
    json.member("tooOld", tooOld)
    json.member("used", files.reduce(0) { $0 + $1.used })
    let passedOver = files.reduce(into: [:]) { $0.merge($1.passedOver, uniquingKeysWith: +) }
    json.counts("passedOver", passedOver)
    guard withFiles else { return }
    json.array("files", of: files) { file, json in
      json.object { json in
        json.member("name", file.name)
        json.member("lines", file.lines)
        json.member("used", file.used)
        json.counts("passedOver", file.passedOver)
      }
    }
  }
}

extension Problem {
  fileprivate init(_ refusal: ImportRefusal, _ items: QueryItems) {
    let status: HTTPResponse.Status =
      switch refusal.code {
      case .busy: .conflict
      case .badData: .unprocessableContent
      case .unavailable: .serviceUnavailable
      case .unknownZone: .badRequest
      }
    self.init(status, refusal.code.rawValue, refusal.detail)
    if refusal.code == .unknownZone {
      let allowed = "a time zone such as \(ZoneRules.examples)"
      self = .badParameter("log-timezone", items[.logTimezone] ?? "", allowed)
    }
    fields[.connection] = "close"
  }
}
