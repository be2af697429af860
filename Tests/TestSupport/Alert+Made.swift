package import MailLog

extension Alert {
  /// An alert of the rule `volume`, of the account `id@example.org`.
  package static func made(_ id: String, over isOver: Bool = false) -> Alert {
    let start = Timestamp(seconds: 1_795_262_000)
    var alert = Alert(
      id: id,
      rule: .volume,
      severity: .warning,
      account: "\(id)@example.org",
      started: start,
      windowSeconds: 600,
      count: 80,
      expected: 12.5,
      score: 1.86,
      text: "\(id)@example.org sent to 80 recipients in 10 minutes, 12.5 are usual."
    )
    alert.senders = ["sales@example.org"]
    alert.clients = [
      Client(network: "192.0.2.0/24", first: start, count: 70, isNew: true),
      Client(network: "2001:db8:1::/48", first: nil, count: 10, isNew: false),
    ]
    alert.evidence = ["mx1 postfix/qmgr[90]: 4abcd: from=<sales@example.org>, size=1000, nrcpt=80"]
    guard isOver else { return alert }
    alert.state = .resolved
    alert.ended = Timestamp(seconds: start.seconds + 900)
    return alert
  }
}
