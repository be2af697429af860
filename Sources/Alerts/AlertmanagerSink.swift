import Foundation
import MailLog
package import Settings

/// Sends alerts to Prometheus' Alertmanager, API v2.
///
/// The Alertmanager forgets an alert that is not told again before its end: so every minute all
/// that fire are told, with an end that is five minutes away.
package struct AlertmanagerSink: AlertSink {
  package struct Configuration: AlertSinkSettings {
    package static let key = "alertmanager"
    package var name = "alertmanager"
    var url = ""
    var token: Secret?
    var authorities: String?

    package init(_ section: Section) {
      section.text("name", Check.nameExpected, Check.name).map { name = $0 }
      if let address = WebAddress.read(section, "url") {
        url = address.text
        if !Self.isBase(url) {
          address.entry.refuse(
            "the Alertmanager's own address, such as http://localhost:9093: /api/v2/alerts is added"
          )
        }
      }
      token = Secret.token(section, for: url)
      authorities = section.authorities("ca-file")
    }

    /// Whether a path can be added, and is not there yet.
    private static func isBase(_ url: String) -> Bool {
      let path = url.last == "/" ? String(url.dropLast()) : url
      let added = ["/api/v1", "/api/v2", "/api/v1/alerts", "/api/v2/alerts"]
      return !url.contains { "?#".contains($0) } && !added.contains { path.hasSuffix($0) }
    }

    package func sink(_ surroundings: SinkSurroundings) -> any AlertSink {
      AlertmanagerSink(self, surroundings)
    }
  }

  package let name: String
  package let refreshInterval: Duration? = .seconds(60)
  private let settings: Configuration
  private let surroundings: SinkSurroundings

  private init(_ settings: Configuration, _ surroundings: SinkSurroundings) {
    name = settings.name
    self.settings = settings
    self.surroundings = surroundings
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
    DeliveryReply(try send([notice]))
  }

  package func refresh(_ notices: [AlertNotice]) throws(AlertSinkError) {
    _ = try send(notices)
  }

  private func send(_ notices: [AlertNotice]) throws(AlertSinkError) -> String {
    var fields = ["Content-Type: application/json"]
    if let token = settings.token { fields.append("Authorization: Bearer \(try token.read())") }
    let encoder = JSONEncoder()
    let now = Date()
    guard let body = try? encoder.encode(notices.map { PostableAlert($0.alert, host, now) }) else {
      throw AlertSinkError("an alert cannot be written as JSON", isRecoverable: false)
    }
    let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
    let exchange = HTTPExchange(
      url: base + "/api/v2/alerts",
      fields: fields,
      body: Array(body),
      authorities: settings.authorities
    )
    return try exchange.run(surroundings)
  }

  private var host: String { surroundings.host }
}

/// `postableAlert` of the Alertmanager's api/v2/openapi.yaml.
private struct PostableAlert: Encodable {
  var labels: [String: String]
  var annotations: [String: String]
  var startsAt: String
  var endsAt: String

  init(_ alert: Alert, _ host: String, _ now: Date) {
    // Labels tell alerts apart: nothing that changes while one fires.
    labels = [
      "alertname": "SubmitwatchUnusualSubmission", "rule": alert.rule.rawValue,
      "account": alert.account, "id": alert.id, "instance": host,
    ]
    annotations = [
      "summary": alert.text, "severity": alert.severity.rawValue, "count": "\(alert.count)",
      "expected": "\(alert.expected)",
      "networks": alert.clients.map(\.network).joined(separator: ", "),
    ]
    // Where the log's clock is ahead: what has begun or ended has by the Alertmanager's clock, too,
    // which takes no alert that ends before it starts.
    let started = min(Self.date(alert.started), now)
    let ended = alert.ended.map { max(started, min(Self.date($0), now)) }
    startsAt = started.formatted(.iso8601)
    endsAt = (ended ?? now.addingTimeInterval(300)).formatted(.iso8601)
  }

  private static func date(_ time: Timestamp) -> Date {
    Date(timeIntervalSince1970: Double(time.nanoseconds) / 1e9)
  }
}
