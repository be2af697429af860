import MailLog

/// How well a detector did.
struct DetectionScore {
  struct Row {
    var total = 0
    var messages: [Int] = []
    var seconds: [Double] = []

    var recall: Double { total == 0 ? 0 : Double(messages.count) / Double(total) }
    var medianMessages: Int? { messages.isEmpty ? nil : messages.sorted()[messages.count / 2] }
    var medianSeconds: Double? { seconds.isEmpty ? nil : seconds.sorted()[seconds.count / 2] }
  }

  private(set) var rows: [Compromise.Shape: Row] = [:]
  private(set) var required = Row()
  private(set) var falseAlerts: [Int] = []
  private(set) var byRule: [Alert.Rule: Int] = [:]
  private(set) var byKind: [SimulatedSender.Kind: Int] = [:]
  private var senderCount: Int
  private let days: Int
  private var trials = 1

  init(senders: Int, days: Int) {
    senderCount = senders
    self.days = days
  }

  mutating func add(_ shape: Compromise.Shape, found: (messages: Int, seconds: Double)?) {
    rows[shape, default: Row()].add(found)
    if shape.isRequired { required.add(found) }
  }

  mutating func addFalseAlert(day: Int, rule: Alert.Rule, kind: SimulatedSender.Kind) {
    falseAlerts.append(day)
    guard day >= 7 else { return }
    byRule[rule, default: 0] += 1
    byKind[kind, default: 0] += 1
  }

  mutating func add(_ other: DetectionScore) {
    for (shape, row) in other.rows { rows[shape, default: Row()].add(row) }
    required.add(other.required)
    falseAlerts += other.falseAlerts
    byRule.merge(other.byRule, uniquingKeysWith: +)
    byKind.merge(other.byKind, uniquingKeysWith: +)
    senderCount += other.senderCount
  }

  /// False alerts per 1,000 senders and week, from a day on.
  func falseAlertRate(from day: Int) -> Double {
    let weeks = Double(days - day) / 7
    return Double(falseAlerts.count { $0 >= day }) / (Double(senderCount) / 1000) / weeks
  }
}

extension DetectionScore.Row {
  fileprivate mutating func add(_ found: (messages: Int, seconds: Double)?) {
    total += 1
    guard let found else { return }
    messages.append(found.messages)
    seconds.append(found.seconds)
  }

  fileprivate mutating func add(_ other: DetectionScore.Row) {
    total += other.total
    messages += other.messages
    seconds += other.seconds
  }
}
