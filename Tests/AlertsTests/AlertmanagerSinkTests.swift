import Foundation
import MailLog
import TestSupport
import Testing

@testable import Alerts

/// What the Alertmanager is told.
struct AlertmanagerSinkTests {
  @Test func `the Alertmanager is told of alerts as its API has them`() throws {
    let receiver = try WebReceiver()
    let sink = try madeSinks("  alertmanager:\n    - url: \(receiver.url)/\n")[0]
    _ = try sink.deliver(AlertNotice(AlertEvent(number: 17, alert: .made("a")), json: []))
    _ = try sink.deliver(
      AlertNotice(AlertEvent(number: 18, alert: .made("a", over: true)), json: [])
    )
    #expect(receiver.requests.map(\.line).allSatisfy { $0 == "POST /api/v2/alerts HTTP/1.1" })
    let bodies = try receiver.requests.map {
      try JSONSerialization.jsonObject(with: Data($0.body)) as? [[String: Any]]
    }
    let labels = bodies.map { $0?[0]["labels"] as? [String: String] }
    #expect(labels[0] == labels[1])
    #expect(labels[0]?["account"] == "a@example.org")
    #expect(
      bodies.map { $0?[0]["startsAt"] as? String } == [
        "2026-11-21T11:53:20Z", "2026-11-21T11:53:20Z",
      ]
    )
    #expect(bodies[1]?[0]["endsAt"] as? String == "2026-11-21T12:08:20Z")
  }

  @Test(
    arguments: [
      (4_102_444_800, nil), (4_102_444_800, 4_102_445_700), (1_795_262_000, 4_102_444_800),
      (1_795_262_000, 1_795_261_000),
    ] as [(Int64, Int64?)]
  )
  func `the Alertmanager gets no alert that ends before it starts, or starts later`(
    started: Int64,
    ended: Int64?
  ) throws {
    let receiver = try WebReceiver()
    let sink = try madeSinks("  alertmanager:\n    - url: \(receiver.url)/\n")[0]
    var alert = Alert.made("a", over: ended != nil)
    alert.started = Timestamp(seconds: started)
    alert.ended = ended.map { Timestamp(seconds: $0) }
    _ = try sink.deliver(AlertNotice(AlertEvent(number: 1, alert: alert), json: []))
    let now = Date().formatted(.iso8601)
    let body = try #require(receiver.requests.first?.text)
    let alerts = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]]
    let start = try #require(alerts?[0]["startsAt"] as? String)
    let end = try #require(alerts?[0]["endsAt"] as? String)
    #expect(start <= now)
    #expect(start <= end)
    #expect(ended == nil || end <= now)
  }
}
