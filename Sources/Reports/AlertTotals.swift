package import MailLog

/// What there is of alerts, and how those do who are told of them.
package struct AlertTotals: Sendable, Equatable {
  /// How one sink does.
  package struct Sink: Sendable, Equatable {
    package var name: String
    /// Events that it is still to be told.
    package var waiting: UInt64
    /// Since the start.
    package var delivered: UInt64
    /// Events that it was never told, since the start; and before it, of alerts that fire.
    package var givenUp: UInt64
    /// Why it took nothing the last time; nil: it did.
    package var problem: String?

    package init(
      name: String,
      waiting: UInt64,
      delivered: UInt64,
      givenUp: UInt64,
      problem: String? = nil
    ) {
      self.name = name
      self.waiting = waiting
      self.delivered = delivered
      self.givenUp = givenUp
      self.problem = problem
    }
  }

  package var kept: UInt64 = 0
  /// How many fire, by rule.
  package var firing: [Alert.Rule: UInt64] = [:]
  package var sinks: [Sink] = []
  /// Alerts that are listed, and that nobody was told: too many began in one hour.
  package var withheld: UInt64 = 0
  /// Failed logins whose account was forgotten for the sake of those that fail more often.
  package var forgottenLogins: UInt64 = 0
  /// Submissions of accounts beyond the number that is watched.
  package var unwatched: UInt64 = 0

  package init() {}

  package init(_ alerts: [KeptAlert], _ sinks: [Sink]) {
    kept = UInt64(alerts.count)
    for kept in alerts where kept.alert.state == .firing {
      firing[kept.alert.rule, default: 0] += 1
    }
    self.sinks = sinks
  }

  package var firingCount: UInt64 { firing.values.reduce(0, +) }

  func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("firing", firingCount)
      json.member("kept", kept)
      json.member("withheld", withheld)
      json.member("forgottenLogins", forgottenLogins)
      json.member("unwatched", unwatched)
      json.array("sinks", of: sinks) { $0.writeJSON(to: &$1) }
    }
  }

  /// `1 alert fires, 5 kept, 3 not sent; told: journal, chat (2 wait)`.
  var text: String {
    let told = sinks.map { sink in
      let notes = [
        sink.waiting > 0 ? "\(sink.waiting) wait" : nil,
        sink.givenUp > 0 ? "\(sink.givenUp) given up" : nil,
      ].compactMap(\.self)
      return sink.name + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }
    let count = firingCount
    let fire = count == 1 ? "1 alert fires" : "\(count) alerts fire"
    let silent = withheld > 0 ? ", \(withheld) not sent" : ""
    return "\(fire), \(kept) kept\(silent)"
      + (told.isEmpty ? "" : "; told: \(told.joined(separator: ", "))")
  }
}

extension AlertTotals.Sink {
  fileprivate func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("name", name)
      json.member("waiting", waiting)
      json.member("delivered", delivered)
      json.member("givenUp", givenUp)
      json.member("problem", orNull: problem)
    }
  }
}
