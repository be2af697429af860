import MailLog

extension APISchemas {
  static let verdict = ("verdict", APISchema.choice(AlertVerdict.allCases.map(\.rawValue)))

  static let alerts = APISchema.object([
    ("view", .constant("alerts")), ("timezone", .string), ("rows", .array(.reference("Alert"))),
    ("next", .nullable(.string)),
  ])

  static let alert = APISchema.open(
    required: [
      ("id", .string), ("rule", .choice(Alert.Rule.allCases.map(\.rawValue))),
      ("severity", .choice(Alert.Severity.allCases.map(\.rawValue))),
      ("state", .choice(Alert.State.allCases.map(\.rawValue))), ("account", .string),
      ("senders", .array(.string)), ("started", .time), ("updated", .time),
      ("ended", .nullable(.time)), ("windowSeconds", .integer), ("count", .integer),
      ("expected", .number), ("score", .number), ("clients", .array(client)),
      ("evidence", .array(.string)), ("text", .string),
    ],
    optional: [("replacedBy", .string), ("verdict", judgement)]
  )

  private static let client = APISchema.object([
    ("network", .string), ("first", .nullable(.time)), ("count", .integer), ("isNew", .boolean),
  ])

  private static let judgement = APISchema.object([
    verdict, ("note", .string), ("user", .integer), ("time", .time),
  ])
}
