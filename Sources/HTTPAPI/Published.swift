package import Counters
package import MailLog
package import Reports

/// What the daemon last published: all answers come from it.
package struct Published: Sendable {
  package var counters: CounterSnapshot
  /// Rises with every change of the counters.
  package var generation: UInt64
  package var status: DaemonStatus
  /// The zone of the days, and the day that it is there.
  package var zone: ZoneRules
  package var today: CivilDate
  package var retentionDays: Int
  /// The newest first.
  package var alerts: [KeptAlert] = []
  /// Rises with every change of the alerts.
  package var alertGeneration: UInt64 = 0

  package init(
    counters: CounterSnapshot,
    generation: UInt64,
    status: DaemonStatus,
    zone: ZoneRules,
    today: CivilDate,
    retentionDays: Int
  ) {
    self.counters = counters
    self.generation = generation
    self.status = status
    self.zone = zone
    self.today = today
    self.retentionDays = retentionDays
  }

  /// The first day that is kept.
  package var firstDay: CivilDate { today.advanced(by: 1 - retentionDays) }
}
