import MailLog

// Alerts, as they are stored.
extension AlertRecord {
  func write(to packed: inout PackedWriter) {
    packed.append(UInt64(account))
    packed.append(UInt64(group.rawValue))
    packed.append(isSilent)
    packed.append(refreshed)
    for values in [without, whole] {
      packed.append(UInt64(values.count))
      for value in values { packed.append(bitsOf: value) }
    }
    alert.write(to: &packed)
  }

  init?(_ packed: inout PackedReader) {
    guard let account = packed.name(),
      let group = packed.byte().flatMap(AlertGroup.init(rawValue:)), let isSilent = packed.flag(),
      let refreshed = packed.time(), let without = packed.floats(), let whole = packed.floats(),
      let alert = Alert(&packed)
    else { return nil }
    self.init(
      alert: alert,
      account: account,
      group: group,
      isSilent: isSilent,
      refreshed: refreshed,
      without: without,
      whole: whole,
      version: 0
    )
  }
}

extension PackedReader {
  /// Records of an account, at most six.
  fileprivate mutating func floats() -> [Float]? {
    guard let count = number32(), count <= 6 else { return nil }
    var numbers: [Float] = []
    for _ in 0..<count {
      guard let number = float() else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

extension Alert {
  fileprivate func write(to packed: inout PackedWriter) {
    let words = [
      id, rule.rawValue, severity.rawValue, state.rawValue, account, text, verdict?.rawValue ?? "",
    ]
    packed.append(texts: words)
    packed.append(started)
    packed.append(updated)
    packed.append(ended != nil)
    if let ended { packed.append(ended) }
    packed.append(UInt64(windowSeconds))
    packed.append(count)
    packed.append(bitsOf: expected)
    packed.append(bitsOf: score)
    write(detailsTo: &packed, as: .kept)
  }

  fileprivate init?(_ packed: inout PackedReader) {
    guard let words = packed.texts(), words.count == 7, let rule = Rule(rawValue: words[1]),
      let severity = Severity(rawValue: words[2]), let state = State(rawValue: words[3]),
      let started = packed.time(), let updated = packed.time(), let hasEnded = packed.flag()
    else { return nil }
    var ended: Timestamp?
    if hasEnded {
      guard let time = packed.time() else { return nil }
      ended = time
    }
    guard let window = packed.number32(), let count = packed.count(),
      let expected = packed.double(), let score = packed.double()
    else { return nil }
    self.init(
      id: words[0],
      rule: rule,
      severity: severity,
      account: words[4],
      started: started,
      windowSeconds: Int(window),
      count: count,
      expected: expected,
      score: score,
      text: words[5]
    )
    self.state = state
    self.updated = updated
    self.ended = ended
    verdict = AlertVerdict(rawValue: words[6])
    guard restore(details: &packed, as: .kept) else { return nil }
  }
}
