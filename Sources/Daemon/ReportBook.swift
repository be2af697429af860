import Languages
import MailLog
import Settings

/// Which reports by e-mail are due, and which were.
struct ReportBook: Sendable {
  /// Reports of a schedule that were due while nothing ran.
  struct Missed: Sendable, Equatable {
    var schedule: String
    var count: Int
  }

  private let schedules: [ScheduledReport]
  private let zone: ZoneRules
  /// The last day on which each schedule was due, by its key.
  private var days: [String: CivilDate]
  private var lastNumber: UInt64

  init(_ schedules: [ScheduledReport], in zone: ZoneRules, _ loaded: ReportChange) {
    self.schedules = schedules
    self.zone = zone
    days = loaded.schedules
    lastNumber = loaded.due.map(\.number).max() ?? 0
  }

  /// A report for each recipient.
  mutating func reports(
    to recipients: [String],
    _ days: ClosedRange<CivilDate>,
    domain: String?,
    language: String,
    at time: Timestamp
  ) -> [DueReport] {
    recipients.map { recipient in
      lastNumber = max(UInt64(clamping: time.nanoseconds / 1_000_000), lastNumber + 1)
      return DueReport(
        number: lastNumber,
        recipient: recipient,
        start: days.lowerBound,
        end: days.upperBound,
        domain: domain,
        language: language
      )
    }
  }

  /// What is due at a time and was not before, of each schedule the last one only.
  ///
  /// A new schedule, and one whose rhythm or time changed, begins with what is due next.
  mutating func due(at time: Timestamp) -> (change: ReportChange, missed: [Missed]) {
    var change = ReportChange()
    var missed: [Missed] = []
    for scheduled in schedules {
      let day = scheduled.schedule.lastDueDay(at: time, in: zone)
      let last = lastDay(of: scheduled, at: time)
      guard last != day, last ?? day <= day else {
        if days[scheduled.key] == nil { change.schedules[scheduled.key] = last }
        continue
      }
      change.schedules[scheduled.key] = day
      guard let last else { continue }
      let count = scheduled.schedule.count(after: last, upTo: day)
      if count > 1 { missed.append(Missed(schedule: scheduled.name, count: count - 1)) }
      change.due += reports(
        to: scheduled.to,
        scheduled.schedule.period(dueOn: day),
        domain: scheduled.domain,
        language: scheduled.language.rawValue,
        at: time
      )
    }
    change.forgotten = days.keys.filter { key in !schedules.contains { $0.key == key } }
    return (change, missed)
  }

  /// Notes that a change is saved.
  mutating func accept(_ change: ReportChange) {
    days.merge(change.schedules) { $1 }
    for name in change.forgotten { days[name] = nil }
  }

  private func lastDay(of scheduled: ScheduledReport, at time: Timestamp) -> CivilDate? {
    var calendar = LocalDays(zone: zone)
    let today = calendar.day(of: time)
    // A clock that was years ahead must not keep reports back for years.
    // Once the name alone was the key.
    let day = days[scheduled.key] ?? days[scheduled.name]
    return day.flatMap { $0 > today.advanced(by: 2) ? nil : $0 }
  }
}

extension ScheduledReport {
  /// What its days are kept under: they say nothing of another rhythm or time.
  fileprivate var key: String {
    switch schedule.rhythm {
    case .weekly(let weekday): "\(name) weekly \(weekday) \(schedule.minutes)"
    case .monthly(let day): "\(name) monthly \(day) \(schedule.minutes)"
    }
  }
}
