import MailLog

// What sinks were never told, which outlives the program as long as it matters.
extension AlertOutbox.State {
  /// Takes up what was given up before the program was started.
  mutating func take(_ deliveries: [DueDelivery], of sinks: [String]) {
    for delivery in deliveries {
      guard sinks.contains(delivery.sink), matters(delivery.alert) else {
        unsaved.finish(delivery)
        continue
      }
      givenUp[delivery.sink, default: 0] += 1
      lost[delivery.alert, default: []].insert(delivery)
    }
  }

  /// A sink will not be told.
  mutating func giveUp(_ delivery: DueDelivery, _ reason: String) {
    givenUp[delivery.sink, default: 0] += 1
    guard matters(delivery.alert) else { return unsaved.finish(delivery) }
    keep(delivery, reason)
  }

  /// A sink takes alerts, whatever it was not told before; returns whether it had failed.
  mutating func recover(_ sink: String) -> Bool {
    let refused = lost.values.joined().filter { $0.sink == sink && $0.refusal != "" }
    for delivery in refused { keep(delivery, "") }
    return failing.remove(sink) != nil
  }

  /// An alert is over, judged or forgotten: who was not told of it need not be.
  mutating func close(_ id: String) {
    for delivery in lost.removeValue(forKey: id) ?? [] { unsaved.finish(delivery) }
  }

  /// Why sinks took nothing the last time, by their names.
  var refusals: [String: AlertSinkError] {
    let refused = lost.values.joined().filter { $0.refusal != "" }.sorted { $0.event < $1.event }
    let errors = refused.map { delivery in
      (delivery.sink, AlertSinkError(delivery.refusal ?? "", isRecoverable: false))
    }
    return Dictionary(errors) { $1 }
  }

  private mutating func keep(_ delivery: DueDelivery, _ refusal: String) {
    var delivery = delivery
    delivery.refusal = refusal
    lost[delivery.alert, default: []].update(with: delivery)
    unsaved.add(delivery)
  }

  private func matters(_ id: String) -> Bool {
    book.alerts[id].map { $0.alert.state == .firing && $0.judgement == nil } ?? false
  }
}
