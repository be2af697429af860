import MailLog

/// The sentence that a person can act on.
struct AlertText {
  private let alert: Alert
  private let finding: Finding

  init(_ alert: Alert, _ finding: Finding) {
    self.alert = alert
    self.finding = finding
  }

  var text: String {
    guard let limit = alert.sentLimit else { return sentence }
    return "\(sentence) Further \(alert.severity.rawValue) alerts of this hour are listed, not "
      + "sent: there are more than \(limit)."
  }

  private var sentence: String {
    let account = alert.account
    let remedy = "If its owner did not do this: change the password, look at the queue."
    return switch finding.rule {
    case .volume: "\(account) \(sent) in \(window)\(comparison)\(newClients). \(remedy)"
    case .newNetworks:
      "\(account) \(sent) in \(window) from networks that are new for it\(newNames)"
        + "\(comparison). \(remedy)"
    case .sustained:
      "\(account) has been busier than usual for \(Self.plural(finding.extent, "hour")): it "
        + "\(sent) in 24 hours, where about \(Self.number(alert.expected)) are usual\(newClients). "
        + remedy
    case .failuresThenSuccess:
      "\(account) sends mail behind \(Self.plural(Int(alert.count), "failed login")) from "
        + "\(Self.plural(finding.extent, "network")) within a day\(newSource): somebody may have "
        + "guessed its password. \(remedy)"
    case .rejections:
      "Mail of \(account) was refused or bounced \(Self.plural(Int(alert.count), "time")) in "
        + "\(window)\(comparison)\(newClients). \(remedy)"
    case .cap:
      "\(account) \(sent) in \(window), more than the \(Self.number(alert.expected)) that are "
        + "allowed\(newClients). \(remedy)"
    }
  }

  private var sent: String {
    alert.unit == .recipients
      ? "sent to \(Self.plural(Int(alert.count), "recipient"))"
      : "sent \(Self.plural(Int(alert.count), "message"))"
  }

  private var window: String {
    switch alert.windowSeconds {
    case 600: "10 minutes"
    case 3600: "an hour"
    default: "24 hours"
    }
  }

  /// `, four times this account's own record of 20`, or that it has none: the days before make it.
  private var comparison: String {
    guard alert.expected.rounded() >= 1 else { return "; before today \(hardly)" }
    let kind = finding.rule == .newNetworks ? "record for such networks" : "record"
    let times = Double(alert.count) / alert.expected
    return ", \(Self.factor(times)) this account's own \(kind) of \(Self.number(alert.expected))"
  }

  private var hardly: String {
    switch finding.rule {
    case .newNetworks: "this account had hardly sent from a new network"
    case .rejections: "that had hardly ever happened to this account"
    default: "this account had hardly sent anything"
    }
  }

  /// `; some of it came from 192.0.2.0/24, which is new for it`.
  private var newClients: String {
    newNetwork.map { "; some of it came from \($0), which is new for it" } ?? ""
  }

  private var newSource: String {
    newNetwork.map { ", now from \($0), which is new for it" } ?? ""
  }

  private var newNetwork: String? { alert.clients.first(where: \.isNew)?.network }

  /// ` (192.0.2.0/24 and 2 others)`.
  private var newNames: String {
    let new = alert.clients.filter(\.isNew).map(\.network)
    guard let first = new.first else { return "" }
    return new.count > 1 ? " (\(first) and \(Self.plural(new.count - 1, "other")))" : " (\(first))"
  }

  private static func plural(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func number(_ value: Double) -> String {
    String(Int(max(0, min(1e15, value)).rounded()))
  }

  /// `four times`, `12 times`, `1.5 times`.
  private static func factor(_ times: Double) -> String {
    let words = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    if times >= 1.75, times < 10.5 { return "\(words[Int(times.rounded()) - 2]) times" }
    if times >= 10.5 { return "\(number(times)) times" }
    let tenths = Int((max(0, times) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) times"
  }
}
