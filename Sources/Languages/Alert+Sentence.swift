package import MailLog

extension Alert {
  /// It stands for an alert, to see how alerts come through.
  package var isTrial: Bool { id.hasPrefix("trial-") }

  /// What happened and what to do, in one sentence of a language; in English it is the alert's text.
  package func sentence(in language: Language) -> String {
    guard language != .english else { return text }
    if isTrial { return language.term("sentence-trial") }
    let rule = "sentence-\(rule.rawValue)"
    let inMessages = "\(rule)-messages"
    let key = unit == .messages && language.has(inMessages) ? inMessages : rule
    let values = [
      "account": account, "window": window(in: language), "networks": newNetworks(in: language),
      "comparison": comparison(in: language), "clients": newClient(in: language),
      "expected": language.figure(expected.rounded()), "remedy": language.term("sentence-remedy"),
    ]
    let sentence = language.term(key, n: count, values)
    return sentLimit == nil ? sentence : "\(sentence) \(language.term("sentence-last"))"
  }

  /// `80 in 10 minutes, 12.5 expected`, in a language.
  package func figures(in language: Language) -> String {
    let hasLimit = rule == .cap || rule == .failuresThenSuccess
    return language.term(
      hasLimit ? "alert-figures-limit" : "alert-figures",
      n: count,
      ["window": window(in: language), "expected": language.figure(expected)]
    )
  }

  private func window(in language: Language) -> String {
    let seconds = UInt64(clamping: windowSeconds)
    return seconds.isMultiple(of: 3600)
      ? language.term("window-hours", n: seconds / 3600)
      : language.term("window-minutes", n: seconds / 60)
  }

  private func comparison(in language: Language) -> String {
    guard expected.rounded() >= 1 else { return language.term("sentence-no-record") }
    return language.term(
      "sentence-record",
      [
        "times": language.figure(Double(count) / expected),
        "expected": language.figure(expected.rounded()),
      ]
    )
  }

  private func newClient(in language: Language) -> String {
    guard let client = clients.first(where: \.isNew) else { return "" }
    let key = rule == .failuresThenSuccess ? "sentence-source" : "sentence-clients"
    return language.term(key, ["network": client.network])
  }

  /// ` (192.0.2.0/24 and 2 others)`.
  private func newNetworks(in language: Language) -> String {
    let new = clients.filter(\.isNew).map(\.network)
    guard let first = new.first else { return "" }
    guard new.count > 1 else { return " (\(first))" }
    let names = language.term("sentence-networks", n: UInt64(new.count - 1), ["network": first])
    return " (\(names))"
  }
}
