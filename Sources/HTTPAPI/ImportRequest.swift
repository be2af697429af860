import HTTPTypes
import HummingbirdCore
import MailLog
import NIOCore
import Reports

/// An old log on its way into the counters.
package struct ImportRequest: Sendable {
  /// What the client calls the file.
  package var name: String?
  /// When the file was written last, in seconds since 1970.
  package var modified: Int?
  package var logTimezone: String?
  package var year: Int?
  /// That of lines that name none; nil: this machine.
  package var host: String?
  /// Who sends it.
  package var user: PeerUser
  package var body: ImportBody

  init(_ items: QueryItems, user: PeerUser, body: ImportBody) {
    name = items[.fileName]
    modified = items[.modified].flatMap(Parameter.integer)
    logTimezone = items.zone(.logTimezone)
    year = items[.year].flatMap(Parameter.integer)
    host = items[.host]
    self.user = user
    self.body = body
  }
}

/// The bytes of an import as they come; the client waits while none are taken.
package struct ImportBody: AsyncSequence, Sendable {
  package typealias Element = [UInt8]

  private let body: RequestBody

  init(_ body: RequestBody) {
    self.body = body
  }

  package struct AsyncIterator: AsyncIteratorProtocol {
    var base: RequestBody.AsyncIterator

    /// The next bytes; throws when the client is gone before the end.
    @concurrent package mutating func next() async throws -> [UInt8]? {
      try await base.next().map { Array(buffer: $0) }
    }
  }

  package func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(base: body.makeAsyncIterator())
  }
}

/// What an import did.
package struct ImportOutcome: Sendable, Equatable {
  package var lines: UInt64
  /// Messages that were counted.
  package var submissions: UInt64
  /// Messages that had been counted before.
  package var alreadyCounted: UInt64
  /// Messages of days that are no longer kept.
  package var tooOld: UInt64
  /// Lines that told something of a submission.
  package var used: UInt64
  /// Lines that told nothing, by reason.
  package var passedOver: [String: UInt64]

  package init(
    lines: UInt64,
    submissions: UInt64,
    alreadyCounted: UInt64,
    tooOld: UInt64 = 0,
    used: UInt64,
    passedOver: [String: UInt64] = [:]
  ) {
    self.lines = lines
    self.used = used
    self.passedOver = passedOver
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
  /// Counts the log that is sent.
  func importLog() async throws -> Answer {
    let outcome: ImportOutcome
    do {
      outcome = try await daemon.importLog(
        ImportRequest(items, user: user, body: ImportBody(request.body))
      )
    } catch let refusal as ImportRefusal {
      throw Problem(refusal, items)
    } catch {
      throw Problem(ImportRefusal(.unavailable, "the import failed: \(error)"), items)
    }
    var json = JSONWriter()
    json.object { json in
      json.member("lines", outcome.lines)
      json.member("submissions", outcome.submissions)
      json.member("alreadyCounted", outcome.alreadyCounted)
      json.member("tooOld", outcome.tooOld)
      json.member("used", outcome.used)
      json.counts("passedOver", outcome.passedOver)
    }
    return Answer(json)
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
