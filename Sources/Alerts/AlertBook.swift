package import MailLog

/// The alerts that are kept, in a bounded number.
///
/// It has no clock: the wall clock's time comes with what happens.
package struct AlertBook: Sendable {
  /// By id.
  package private(set) var alerts: [String: KeptAlert] = [:]
  /// Rises with every change.
  package private(set) var generation: UInt64 = 0
  private let limit: Int
  private var lastEvent: UInt64 = 0

  package init(_ kept: [KeptAlert] = [], limit: Int = 5000) {
    self.limit = limit
    for kept in kept {
      alerts[kept.alert.id] = kept
      lastEvent = max(lastEvent, kept.resolved ?? kept.fired)
    }
  }

  package var firing: [KeptAlert] {
    alerts.values.filter { $0.alert.state == .firing }.sorted { $0.fired < $1.fired }
  }

  /// What was told after an event, oldest first.
  package func events(after number: UInt64) -> [AlertEvent] {
    alerts.values.flatMap { ($0.resolved ?? $0.fired) > number ? $0.events : [] }
      .filter { $0.number > number }
      .sorted { $0.number < $1.number }
  }

  /// Takes up what a detector says of an alert.
  ///
  /// A log that is read again says again what is known already: that is no event.
  ///
  /// - Returns: what is to be told.
  package mutating func accept(_ change: AlertChange, now: Timestamp) -> [AlertEvent] {
    let alert = change.alert
    guard var kept = alerts[alert.id], kept.fired > 0 else { return begin(change, now) }
    kept.alert = alert
    switch change {
    case .fired: return []
    case .refreshed:
      guard let ended = alerts[alert.id]?.alert.ended, kept.resolved != nil else {
        _ = keep(kept)
        return []
      }
      // It fires again, unless the log is read again that told of its end.
      guard alert.updated > ended, alert.state == .firing else { return [] }
      (kept.fired, kept.resolved) = (nextEvent(now), nil)
      return keep(kept)
    case .resolved(_, let replacedBy):
      guard kept.resolved == nil else { return [] }
      (kept.resolved, kept.replacedBy) = (nextEvent(now), replacedBy)
      return keep(kept).suffix(1)
    }
  }

  private mutating func begin(_ change: AlertChange, _ now: Timestamp) -> [AlertEvent] {
    // The end of what was never told, as it was over long ago, is not told either.
    if case .resolved = change { return [] }
    return keep(KeptAlert(change.alert, fired: nextEvent(now)))
  }

  /// Notes what a person says of an alert; one that was never told has no events.
  package mutating func judge(_ alert: Alert, _ judgement: AlertJudgement) -> KeptAlert {
    var kept = alerts[alert.id] ?? KeptAlert(alert, fired: 0)
    kept.judgement = judgement
    kept.alert.verdict = judgement.verdict
    _ = keep(kept)
    return kept
  }

  /// Gives up alerts that were over before `time`, and the oldest of too many, those that fire last.
  ///
  /// - Returns: their ids.
  package mutating func trim(before time: Timestamp) -> [String] {
    // One that fires and is forgotten would be told of as a new one.
    var ids = alerts.values.map(\.alert)
      .filter { $0.state == .resolved && ($0.ended ?? $0.started) < time }
      .map(\.id)
    let excess = alerts.count - ids.count - limit
    if excess > 0 {
      let old = Set(ids)
      let rest = alerts.values.filter { !old.contains($0.alert.id) }.sorted { left, right in
        (left.resolved == nil ? 1 : 0, left.fired) < (right.resolved == nil ? 1 : 0, right.fired)
      }
      ids += rest.prefix(excess).map(\.alert.id)
    }
    for id in ids { alerts[id] = nil }
    if !ids.isEmpty { generation += 1 }
    return ids
  }

  private mutating func keep(_ kept: KeptAlert) -> [AlertEvent] {
    alerts[kept.alert.id] = kept
    generation += 1
    return kept.events
  }

  /// Never a number that was given before, also if what had it was not saved.
  private mutating func nextEvent(_ now: Timestamp) -> UInt64 {
    lastEvent = max(lastEvent + 1, UInt64(max(0, now.nanoseconds / 1_000_000)))
    return lastEvent
  }
}
