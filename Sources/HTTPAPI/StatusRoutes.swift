import HTTPTypes
import MailLog
import Reports

extension Route {
  static let service: [Route] = [
    Route(
      path: "/v1/status",
      summary: "How the daemon is: sources, lines, what is held, warnings with their remedies.",
      mediaTypes: [.json, .text],
      schema: "Status",
      action: .get { call in
        let status = call.published.status
        if call.mediaType == .text {
          return Answer(call) { status.writeTable(to: &$0) }
        }
        var json = JSONWriter()
        status.writeJSON(to: &json)
        return Answer(json)
      }
    ),
    Route(
      path: "/healthz",
      summary: "Whether the daemon does its work: 200 unless its state is critical.",
      schema: "Health",
      action: .get { call in
        let status = call.published.status
        if let worst = status.warnings.first(where: { $0.state == .critical }) {
          throw Problem(.serviceUnavailable, worst.code.rawValue, worst.text)
        }
        var json = JSONWriter()
        json.object { $0.member("state", status.state.rawValue) }
        return Answer(json)
      }
    ),
    Route(
      path: "/metrics",
      summary: "Figures about the daemon for Prometheus; none about a sender or an account.",
      mediaTypes: [.openMetrics, .text],
      schema: "Metrics",
      action: .get { call in
        let metrics = Metrics(call.published.status, call.connections)
        let text = metrics.text(isOpenMetrics: call.mediaType == .openMetrics)
        let type =
          call.mediaType == .text
          ? "text/plain; version=0.0.4; charset=utf-8" : call.mediaType.contentType
        return Answer(type, Array(text.utf8))
      }
    ),
    Route(
      path: "/openapi.json",
      summary: "This description.",
      schema: "OpenAPI",
      action: .get { Answer(APIDescription($0.published.status.version).json) }
    ),
    Route(
      path: "/v1/import",
      summary: "Counts the lines of old logs; each message once, whatever was counted before.",
      parameters: [.severalFiles, .fileName, .modified, .logTimezone, .year, .host],
      schema: "Import",
      problems: [
        409: "Another import is going on.",
        422: "The data is no log, or damaged; nothing of the import is counted.",
      ],
      action: .post(.bytes) { try await $0.importLog() }
    ),
  ]

  static let all = reports + details + alerts + [mailReport] + service
}

extension Parameter {
  static let severalFiles = Parameter(
    name: "files",
    kind: .flag,
    summary: """
      The body has any number of files, which count as one log: each part of it is a line of JSON, \
      {"name":…,"modified":…,"bytes":…}, and so many bytes. Without `name` they go on with the file \
      of the part before. The answer has `files`.
      """
  )
  static let fileName = Parameter(
    name: "name",
    kind: .text(4096),
    summary: "The file's name, for messages."
  )
  static let modified = Parameter(
    name: "modified",
    kind: .integer(0...9_999_999_999),
    summary: """
      When the file was written last, in seconds since 1970: stamps without a year are not later. \
      Default: now.
      """
  )
  static let logTimezone = Parameter(
    name: "log-timezone",
    kind: .text(64),
    summary: "The zone of stamps that carry none; default: the daemon's."
  )
  static let year = Parameter(
    name: "year",
    kind: .integer(StampResolver.years),
    summary: "The year of the first line, for stamps without one."
  )
  static let host = Parameter(
    name: "host",
    kind: .host,
    summary: """
      The host of lines that name none, as Exim's own logs have them; default: the daemon's own.
      """
  )
}
