import HTTPTypes
import Languages
import MailLog
import Reports

extension Route {
  static let mailReport = Route(
    path: "/v1/mail-report",
    summary: "Sends the report of a period by e-mail: text, HTML, and all senders as CSV. It is on"
      + " its way when this is answered; what becomes of it is in the daemon's log.",
    schema: "MailReport",
    success: 202,
    action: .post(.json("MailReportRequest")) { try await $0.mailReport() }
  )
}

extension Parameter {
  static let language = Parameter(
    name: "language",
    kind: .choice(Language.allCases.map(\.rawValue)),
    summary: "The language of the mail; default: en."
  )
}

extension APISchemas {
  static let mailReportRequest = APISchema.open(
    required: [("recipients", .array(.string))],
    optional: [
      ("start", .date), ("end", .date), ("days", .integer), ("domain", .string),
      ("language", .choice(Language.allCases.map(\.rawValue))),
    ]
  )

  static let mailReport = APISchema.object([
    ("recipients", .array(.string)), ("start", .date), ("end", .date), ("timezone", .string),
    ("domain", .nullable(.string)), ("language", .string),
  ])
}

extension Order {
  private static let recipientLimit = 50
  private static let reportParameters = Parameter.period + [.domain, .language]

  /// Takes a report to be sent, RFC 9110, section 15.3.3.
  func mailReport() async throws -> Answer {
    let names = ["recipients"] + Self.reportParameters.map(\.name)
    let members = try await BodyMembers(body(), names)
    let recipients = try members.texts("recipients", most: Self.recipientLimit, bytes: 254)
    let items = try members.items(Self.reportParameters)
    let query = try ReportQuery(.volume, items, daemon.published())
    let asked = MailReportRequest(
      recipients: recipients,
      days: query.start...query.end,
      domain: query.domain,
      language: items[.language].flatMap(Language.init(rawValue:)) ?? .english,
      user: user
    )
    do {
      try await daemon.mailReport(asked)
    } catch let refusal as MailReportRefusal {
      throw Problem(refusal, options.configuration)
    }
    return Self.answer(asked, query)
  }

  private static func answer(_ asked: MailReportRequest, _ query: ReportQuery) -> Answer {
    var json = JSONWriter()
    json.object { json in
      json.array("recipients", of: asked.recipients)
      json.member("start", query.start.text)
      json.member("end", query.end.text)
      json.member("timezone", query.zone.name)
      json.member("domain", orNull: query.domain)
      json.member("language", asked.language.rawValue)
    }
    return Answer(json, status: .accepted)
  }
}

extension Problem {
  fileprivate init(_ refusal: MailReportRefusal, _ configuration: String) {
    switch refusal.reason {
    case .badAddress(let text):
      self = .badParameter("recipients", text, "an address such as postmaster@example.org")
    case .notAllowed(let address):
      self.init(
        .forbidden,
        "recipient-not-allowed",
        "reports may not be sent to '\(address)': list it, or its domain, under"
          + " reports.allowed-recipients in \(escapedText(configuration.utf8))"
      )
      parameter = ("recipients", address, "what reports.allowed-recipients lists")
    case .full:
      self.init(
        .serviceUnavailable,
        "too-many-mails",
        "too many mails wait for the mail server: see why it does not take them, and try again"
      )
    case .notSaved(let problem):
      self.init(.serviceUnavailable, "not-saved", "the report cannot be sent: \(problem)")
    }
  }
}
