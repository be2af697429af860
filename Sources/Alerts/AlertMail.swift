import Languages
import MailLog

/// What a mail says of an alert.
struct AlertMail {
  let alert: Alert
  let language: Language
  /// What a person said of it; nil: nobody did, and the mail says how to.
  var verdict: AlertVerdict?

  var subject: String {
    let state = alert.state == .firing ? "severity-\(alert.severity.rawValue)" : "resolved"
    return "[submitwatch] \(term(state)): \(plainText(alert.account)) (\(rule))"
  }

  var text: String {
    var lines = heading + figures
    if !alert.evidence.isEmpty {
      lines += ["", "\(term("log-lines")):"] + alert.evidence.map { "  \(plainText($0))" }
    }
    if alert.isTrial { return (lines + [""]).joined(separator: "\r\n") }
    if verdict != nil { return (lines + [""]).joined(separator: "\r\n") }
    let command = "  submitwatch alerts verdict \(alert.id)"
    lines += ["", term("mail-owner"), "\(command) legitimate"]
    lines += [term("mail-not-owner"), "\(command) compromised", ""]
    return lines.joined(separator: "\r\n")
  }

  /// What happened and what to do; of what was judged the verdict first, and nothing to be done if it
  /// was the owner.
  private var heading: [String] {
    let sentence = plainText(alert.sentence(in: language))
    let text = alert.state == .resolved ? term("mail-over", ["text": sentence]) : sentence
    guard let verdict else { return [text, ""] }
    let judged = "\(term("verdict-\(verdict.rawValue)"))."
    return verdict == .legitimate ? [judged, ""] : [judged, "", text, ""]
  }

  /// `Account:   alice@example.org`, one figure a line.
  private var figures: [String] {
    var pairs = [
      ("account", plainText(alert.account)), ("rule", rule),
      ("severity", term("severity-\(alert.severity.rawValue)")),
      ("number", alert.figures(in: language)),
    ]
    let senders = alert.senders.map(plainText).joined(separator: ", ")
    if !senders.isEmpty { pairs.append(("senders", senders)) }
    pairs += alert.clients.map { client in
      let new = client.isNew ? ", \(term("new"))" : ""
      return ("network", "\(client.network), \(language.number(client.count))\(new)")
    }
    let width = pairs.map { term($0.0).count }.max() ?? 0
    return pairs.map { key, value in
      let label = term(key)
      return "\(label):\(String(repeating: " ", count: width - label.count + 2))\(value)"
    }
  }

  private var rule: String { term("rule-\(alert.rule.rawValue)") }

  private func term(_ key: String, _ values: [String: String] = [:]) -> String {
    language.term(key, values)
  }
}
