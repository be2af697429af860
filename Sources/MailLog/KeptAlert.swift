/// An alert, and what people say of it.
public protocol JudgedAlert {
  var alert: Alert { get }
  /// Of an alert that is over: the id of the one that took its place at once; no person need be told
  /// that it is over.
  var replacedBy: String? { get }
  /// nil: nobody has said anything.
  var judgement: AlertJudgement? { get }
}

extension JudgedAlert {
  /// What became of it, in a word.
  public var outcome: String {
    alert.state == .firing ? "firing" : replacedBy == nil ? "over" : "replaced"
  }
}

/// An alert as it is kept: with the numbers of its events, and what people say of it.
public struct KeptAlert: JudgedAlert, Sendable, Equatable {
  /// The newest state and figures.
  public var alert: Alert
  /// The number of the event that it fires; 0: it was never told, as it was over long ago.
  public var fired: UInt64
  /// The number of the event that it is over.
  public var resolved: UInt64?
  public var replacedBy: String?
  public var judgement: AlertJudgement?

  public init(
    _ alert: Alert,
    fired: UInt64,
    resolved: UInt64? = nil,
    replacedBy: String? = nil,
    judgement: AlertJudgement? = nil
  ) {
    self.alert = alert
    self.fired = fired
    self.resolved = resolved
    self.replacedBy = replacedBy
    self.judgement = judgement
  }

  /// Its place in lists, which begin with the greatest: of two alerts none has the same one.
  public var place: (started: Int64, fired: UInt64, id: String) {
    (alert.started.nanoseconds, fired, alert.id)
  }

  /// What was told of it, in the order in which it was.
  public var events: [AlertEvent] {
    guard fired > 0 else { return [] }
    var firing = alert
    (firing.state, firing.ended) = (.firing, nil)
    var first = AlertEvent(number: fired, alert: firing)
    first.judgement = judgement
    guard let resolved else { return [first] }
    var last = AlertEvent(number: resolved, alert: alert, replacedBy: replacedBy)
    last.judgement = judgement
    return [first, last]
  }
}

/// Something to be told of an alert: that it fires, or that it is over.
public struct AlertEvent: JudgedAlert, Sendable, Equatable {
  /// Rises from one event to the next, also over restarts: milliseconds since 1970, mostly.
  public var number: UInt64
  public var alert: Alert
  public var replacedBy: String?
  public var judgement: AlertJudgement?

  public init(number: UInt64, alert: Alert, replacedBy: String? = nil) {
    self.number = number
    self.alert = alert
    self.replacedBy = replacedBy
  }
}

/// What a person says of an alert, and who.
public struct AlertJudgement: Sendable, Equatable {
  public var verdict: AlertVerdict
  public var note: String
  /// The user at the socket.
  public var user: UInt32
  /// By the wall clock.
  public var time: Timestamp

  public init(_ verdict: AlertVerdict, note: String, user: UInt32, time: Timestamp) {
    self.verdict = verdict
    self.note = note
    self.user = user
    self.time = time
  }
}

/// An event that a sink is still to be told, or never will be.
public struct DueDelivery: Sendable, Hashable {
  /// The name of the sink.
  public var sink: String
  public var alert: String
  /// The event's number.
  public var event: UInt64
  /// For whom of the sink's recipients; nil: for all.
  ///
  /// It does not tell deliveries apart.
  public var rest: [String]?
  /// Why it was given up; nil: it is due.
  ///
  /// Empty: the sink has taken others since. It does not tell deliveries apart either.
  public var refusal: String?

  public init(
    sink: String,
    alert: String,
    event: UInt64,
    rest: [String]? = nil,
    refusal: String? = nil
  ) {
    self.sink = sink
    self.alert = alert
    self.event = event
    self.rest = rest
    self.refusal = refusal
  }

  public static func == (left: DueDelivery, right: DueDelivery) -> Bool {
    (left.sink, left.alert, left.event) == (right.sink, right.alert, right.event)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(sink)
    hasher.combine(alert)
    hasher.combine(event)
  }
}

/// What a database keeps of alerts and of whom they are to be told.
public struct StoredOutbox: Sendable, Equatable {
  public var kept: [KeptAlert]
  public var due: [DueDelivery]
  public var givenUp: [DueDelivery]

  /// - Parameters:
  ///   - kept: the alerts.
  ///   - deliveries: what is due, and what is given up.
  public init(kept: [KeptAlert] = [], deliveries: [DueDelivery] = []) {
    self.kept = kept
    due = deliveries.filter { $0.refusal == nil }
    givenUp = deliveries.filter { $0.refusal != nil }
  }
}

/// What changes in the database about alerts, all at once; applied twice it is applied once.
public struct OutboxChange: Sendable, Equatable {
  public var kept: [KeptAlert] = []
  /// The ids of alerts that are given up, with all that was due.
  public var removed: [String] = []
  /// With those that are given up, and kept as such.
  public var due: [DueDelivery] = []
  public var done: [DueDelivery] = []

  public init() {}
}
