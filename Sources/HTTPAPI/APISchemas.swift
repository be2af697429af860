import MailLog
import Reports

/// The schemas of all answers, by name.
enum APISchemas {
  static let all: [(String, APISchema)] = [
    ("Problem", problem),
    ("TLSCounts", .object(TLSVersion.allCases.map { ($0.label, .integer) })),
    ("TLSPercent", .object(TLSVersion.allCases.map { ($0.label, .number) })),
    ("Insight", insight),
    ("Volume", report("volume", volume, days: volume, names + volume)),
    ("Domains", report("volume", volume, days: volume, domainNames + volume)),
    (
      "Tls",
      report("tls", [messages, tls], days: volume + [tls], names + volume + [tls, percent])
    ),
    ("Failures", failures), ("Cutoff", cutoff), ("Idle", idle),
    ("Sender", details("sender", other: "account", notes([("account", .string)]))),
    ("Account", details("account", other: "sender", notes([]))),
    ("Alert", alert), ("Alerts", alerts),
    ("Judgement", .open(required: [("id", .string), verdict], optional: [("note", .string)])),
    ("TrialRequest", .object([("sink", .string)])),
    ("Trial", .object([("sink", .string), ("delivered", .boolean), ("detail", .string)])),
    ("MailReportRequest", mailReportRequest), ("MailReport", mailReport),
    ("Status", status),
    ("Health", .object([("state", .choice(["ok", "warning"]))])),
    (
      "Import",
      members([
        ("lines", .integer), ("submissions", .integer), ("alreadyCounted", .integer),
        ("tooOld", .integer), ("used", .integer), ("passedOver", .counts),
        ("files?", .array(importedFile)),
      ])
    ),
    ("OpenAPI", .anything),
  ]

  private typealias Members = [(String, APISchema)]

  private static let messages = ("messages", APISchema.integer)
  private static let tls = ("tls", APISchema.reference("TLSCounts"))
  private static let percent = ("percent", APISchema.reference("TLSPercent"))
  private static let volume: Members = [
    messages, ("recipients", .nullable(.integer)), ("bytes", .nullable(.integer)),
  ]
  /// Which of them a row has follows from `by` and `per-day`.
  private static let names: Members = [
    ("date?", .date), ("sender?", .string), ("account?", .string), ("domain?", .string),
  ]
  private static let domainNames: Members = [("domain", .string)]

  private static let problem = APISchema.open(
    required: [
      ("type", .constant("about:blank")), ("title", .string), ("status", .integer),
      ("code", .string), ("detail", .string),
    ],
    optional: [("parameter", .string), ("value", .string), ("allowed", .string)]
  )

  private static func head(_ view: String) -> Members {
    [("view", .constant(view)), ("start", .date), ("end", .date), ("timezone", .string)]
  }

  private static func report(
    _ view: String,
    _ total: Members,
    days: Members,
    _ row: Members,
    more: Members = []
  ) -> APISchema {
    .object(
      head(view) + [
        ("total", members(total)), ("days", .array(.object([("date", .date)] + days))),
        ("rows", .array(members(row))), ("next", .nullable(.string)),
      ] + more
    )
  }

  /// An object; names that end with `?` may be missing.
  private static func members(_ members: Members) -> APISchema {
    .open(
      required: members.filter { !$0.0.hasSuffix("?") },
      optional: members.filter { $0.0.hasSuffix("?") }.map { (String($0.0.dropLast()), $0.1) }
    )
  }

  private static let insight = report(
    "insight",
    [("accounts", .integer), ("senders", .integer)] + volume + [
      tls, percent, ("failures", .integer),
      (
        "cutoff",
        .object([("minimum", .string), ("accounts", .integer), ("below", .integer)])
      ),
    ],
    days: volume + [tls],
    names + volume + [tls, percent],
    more: [("alerts", .array(.reference("Alert")))]
  )

  private static let failures = report(
    "failures",
    [("failures", .integer)],
    days: [("failures", .integer)],
    [
      ("date?", .date), ("account?", .string), ("network?", .string), ("failures", .integer),
      ("networks?", .integer), ("accounts?", .integer), ("first", .time), ("last", .time),
    ]
  )

  private static let cutoff = report(
    "cutoff",
    [("minimum", .string), ("accounts", .integer), messages, ("below", .integer)],
    days: [messages, ("below", .integer)],
    [
      ("date?", .date), ("account?", .string), ("domain?", .string), messages,
      ("below", .integer), ("last", .nullable(.time)), ("version", .nullable(.string)),
      ("client", .nullable(.string)),
    ]
  )

  private static let idle = report(
    "idle",
    [("accounts?", .integer), ("senders?", .integer), ("domains?", .integer), messages],
    days: [messages],
    Array(names.dropFirst()) + [messages, ("last", .date), ("days", .integer)]
  )

  private static func details(_ view: String, other: String, _ more: Members) -> APISchema {
    .object(
      [("view", .constant(view)), (view, .string)] + head(view).dropFirst() + [
        ("total", .object(volume + [tls, percent])),
        ("days", .array(.object([("date", .date)] + volume + [tls]))),
        ("\(other)s", .array(.object([(other, .string)] + volume + [tls]))),
        ("alerts", .array(.reference("Alert"))),
      ] + more
    )
  }

  /// What is kept by account; `name`: the member that names it.
  private static func notes(_ name: Members) -> Members {
    let client: Members = [
      ("network", .string), ("tls", .string), ("cipher", .nullable(.string)), messages,
      ("first", .time), ("last", .time),
    ]
    return [
      ("mechanisms", .nullable(.array(.object(name + [("mechanism", .string), messages])))),
      ("clients", .nullable(.array(.object(name + client)))),
      ("rejections", .nullable(.integer)),
    ]
  }

  private static let importedFile = APISchema.object([
    ("name", .string), ("lines", .integer), ("used", .integer), ("passedOver", .counts),
  ])

  private static let states = APISchema.choice(DaemonStatus.State.allCases.map(\.rawValue))

  private static let status = APISchema.object([
    ("state", states), ("version", .string), ("time", .time), ("started", .time),
    ("timezone", .string), ("sources", .array(source)),
    ("lines", .object([("used", .integer), ("passedOver", .counts), ("dropped", .counts)])),
    ("saved", .nullable(.time)), ("savedAgeSeconds", .integer),
    ("database", .object([("path", .string), ("bytes", .integer)])), ("days", .integer),
    ("rows", .integer),
    (
      "alerts",
      .object([
        ("firing", .integer), ("kept", .integer), ("withheld", .integer),
        ("forgottenLogins", .integer), ("unwatched", .integer), ("sinks", .array(sink)),
      ])
    ),
    (
      "warnings",
      .array(
        .object([
          ("code", .choice(StatusWarning.Code.allCases.map(\.rawValue))), ("state", states),
          ("text", .string), ("remedy", .string), ("count", .nullable(.integer)),
          (
            "values",
            .open(
              required: [],
              optional: [
                "detail", "dialect", "folder", "group", "host", "kind", "lost", "problem", "sink",
                "source", "table", "user",
              ].map { ($0, .string) }
            )
          ),
        ])
      )
    ),
  ])

  private static let sink = APISchema.object([
    ("name", .string), ("waiting", .integer), ("delivered", .integer), ("givenUp", .integer),
    ("problem", .nullable(.string)),
  ])

  private static let source = APISchema.object([
    ("name", .string), ("kind", .choice(SourceStatus.Kind.allCases.map(\.rawValue))),
    ("state", .choice(SourceStatus.State.allCases.map(\.rawValue))),
    ("lagBytes", .nullable(.integer)), ("lagSeconds", .nullable(.integer)), ("lines", .integer),
    ("lastLine", .nullable(.time)), ("position", .nullable(.string)), ("gaps", .integer),
    ("problems", .array(.string)),
  ])
}
