import MailLog
import Reports

extension Route {
  static let details: [Route] = [
    details(
      .sender,
      .address,
      "/v1/sender",
      "One sender in detail: its days and the accounts that sent as it."
    ),
    details(
      .account,
      .account,
      "/v1/account",
      "One account in detail: its days, its senders, its mechanisms and its recent clients."
    ),
  ]

  private static func details(
    _ role: NameDetails.Role,
    _ parameter: Parameter,
    _ path: String,
    _ summary: String
  ) -> Route {
    Route(
      path: path,
      summary: summary,
      parameters: [parameter] + Parameter.period + [.timezone],
      mediaTypes: [.json, .text],
      schema: role == .sender ? "Sender" : "Account",
      isReport: true,
      problems: unknownName,
      action: .get { call in
        var query = try ReportQuery(.volume, call.items, call.published)
        query.language = call.language
        let name = call.items[parameter] ?? ""
        // Addresses with a plus, typed as they are, come with a space in its place.
        let names = [name, name.replacing(" ", with: "+")]
        let found = names.lazy.compactMap { name in
          NameDetails(role, name, from: call.published.counters, query)
        }.first
        guard var found else { throw Problem.unknownName(role.rawValue, name) }
        found.takeAlerts(from: call.published.alerts)
        let firstDay = call.published.firstDay(of: query)
        if call.mediaType == .text {
          return Answer(call, keptSince: firstDay) { found.writeTable(to: &$0) }
        }
        var json = JSONWriter()
        found.writeJSON(to: &json)
        return Answer(json).telling(keptSince: firstDay)
      }
    )
  }
}
