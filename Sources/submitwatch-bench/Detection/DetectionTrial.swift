import Detection
import MailLog

/// A made-up server's mail over some weeks, driven through the detector.
struct DetectionTrial {
  struct Options {
    var senders = 5000
    var days = 60
    var seed: UInt64 = 1
    var factor = 4.0
    var isPlain = false
    /// False alerts are judged legitimate so many hours later; nil: nobody judges.
    var verdictHours: Int? = 12
    /// Compromises of each shape.
    var compromises = 60
  }

  /// A Monday.
  static let beginning = Timestamp(seconds: 1_767_571_200)

  private struct Attack {
    var compromise: Compromise
    /// Messages sent by it up to the alert, and how long that took.
    var sent = 0
    var found: (messages: Int, seconds: Double)?
  }

  private let options: Options
  private var senders: [SimulatedSender] = []
  private var attacks: [UInt32: Attack] = [:]
  private var detector: SpikeDetector
  private var names = NameTable(seed: 1)
  private var ids: [NameTable.ID] = []
  private var numbers: [String: UInt32] = [:]
  private var lastAlert: [UInt32: Double] = [:]
  private var verdicts: [(due: Double, id: String, verdict: AlertVerdict)] = []
  private var falseAlerts: [(day: Int, rule: Alert.Rule, kind: SimulatedSender.Kind)] = []
  private(set) var messageCount = 0

  init(_ options: Options) {
    self.options = options
    var settings = DetectionSettings()
    settings.factor = options.factor
    settings.isPlain = options.isPlain
    settings.alertLimit = 100_000
    detector = SpikeDetector(settings, zone: .utc)
    var random = SplitMix64(seed: options.seed)
    for number in 0..<options.senders {
      let kind = Self.kind(random.below(1000))
      senders.append(
        SimulatedSender(number: number, kind: kind, days: options.days, seed: options.seed)
      )
      let name = "sender\(number)@example.org"
      ids.append(names.intern(name))
      numbers[name] = UInt32(number)
    }
    plan(&random)
  }

  private static func kind(_ chance: Int) -> SimulatedSender.Kind {
    var rest = chance
    for kind in SimulatedSender.Kind.allCases {
      if rest < kind.share { return kind }
      rest -= kind.share
    }
    return .office
  }

  /// Chooses who is attacked, when and how: each account at most once, from the third week on.
  private mutating func plan(_ random: inout SplitMix64) {
    for shape in Compromise.Shape.allCases {
      var left = options.compromises
      var attempts = options.senders * 20
      while left > 0, attempts > 0 {
        attempts -= 1
        let victim = random.below(senders.count)
        guard shape.fits(senders[victim].kind), attacks[UInt32(victim)] == nil else { continue }
        let day = random.within(21...max(21, options.days - 4))
        attacks[UInt32(victim)] = Attack(
          compromise: Compromise(shape, on: senders[victim], day: day, seed: options.seed)
        )
        left -= 1
      }
    }
  }

  /// Sends all mail, in the order of its time.
  mutating func run() -> DetectionScore {
    var waiting: [Int: [SimulatedSender.Message]] = [:]
    for attack in attacks.values {
      for message in attack.compromise.messages {
        waiting[Int(message.time / 86_400), default: []].append(message)
      }
    }
    var messages: [SimulatedSender.Message] = []
    for day in 0..<options.days {
      messages.removeAll(keepingCapacity: true)
      for index in senders.indices { senders[index].messages(on: day, into: &messages) }
      messages += waiting[day] ?? []
      messages.sort { ($0.time, $0.sender, $0.network) < ($1.time, $1.sender, $1.network) }
      for message in messages { send(message) }
    }
    return score()
  }

  private mutating func send(_ message: SimulatedSender.Message) {
    messageCount += 1
    if let due = verdicts.first?.due, due <= message.time { judge(upTo: message.time) }
    if message.isAttack { attacks[message.sender]?.sent += 1 }
    let nanoseconds = Self.beginning.nanoseconds + Int64(message.time * 1e9)
    let id = ids[Int(message.sender)]
    let submission = Submission(
      time: Timestamp(nanoseconds: nanoseconds),
      stamp: .zero,
      host: HostKey(hash: 1),
      account: id,
      sender: id,
      client: ClientAddress(ipv4: message.network << 8 | 1),
      recipients: message.recipients
    )
    let nothing: [UInt8] = []
    detector.observe(submission, names, in: nothing.span, at: -1)
    for case .fired(let alert) in detector.takeChanges() { take(alert, at: message.time) }
  }

  private mutating func judge(upTo time: Double) {
    while let first = verdicts.first, first.due <= time {
      verdicts.removeFirst()
      _ = detector.judge(first.verdict, on: first.id)
    }
  }

  private mutating func take(_ alert: Alert, at time: Double) {
    guard let sender = numbers[alert.account] else { return }
    if let attack = attacks[sender], time >= attack.compromise.start,
      time <= attack.compromise.end + 86_400
    {
      expectVerdict(.compromised, on: alert, at: time)
      if attack.found == nil, time <= attack.compromise.end + 3600 {
        attacks[sender]?.found = (attack.sent, time - attack.compromise.start)
      }
      return
    }
    expectVerdict(.legitimate, on: alert, at: time)
    // One that became critical is the same story.
    if let last = lastAlert[sender], time - last < 86_400 { return }
    lastAlert[sender] = time
    falseAlerts.append((Int(time / 86_400), alert.rule, senders[Int(sender)].kind))
  }

  private mutating func expectVerdict(_ verdict: AlertVerdict, on alert: Alert, at time: Double) {
    guard let hours = options.verdictHours else { return }
    verdicts.append((time + Double(hours) * 3600, alert.id, verdict))
  }

  private func score() -> DetectionScore {
    var score = DetectionScore(senders: options.senders, days: options.days)
    for attack in attacks.values {
      score.add(attack.compromise.shape, found: attack.found)
    }
    for (day, rule, kind) in falseAlerts { score.addFalseAlert(day: day, rule: rule, kind: kind) }
    return score
  }
}
