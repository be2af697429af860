import MailLog

extension AlertEvent {
  /// An alert of nothing, to see whether and how alerts come through.
  static func trial(to sink: String, _ time: Timestamp) -> AlertEvent {
    let number = UInt64(max(0, time.nanoseconds / 1_000_000))
    var alert = Alert(
      id: "trial-\(number)",
      rule: .volume,
      severity: .warning,
      account: "trial@example.org",
      started: time,
      windowSeconds: 600,
      count: 80,
      expected: 12,
      score: 1.9,
      text: "This is a trial of the sink '\(sink)', nothing has happened: alerts arrive here."
    )
    alert.senders = ["trial@example.org"]
    alert.clients = [
      Alert.Client(network: "192.0.2.0/24", first: time, count: 80, isNew: true)
    ]
    alert.evidence = ["a line of the log would stand here"]
    return AlertEvent(number: number, alert: alert)
  }
}
