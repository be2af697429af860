package import Languages
package import MailLog

extension Settings {
  package struct Reports: Equatable, Sendable {
    /// Who may be sent reports that somebody asks for: `name@domain`, or `*@domain` for all of a
    /// domain.
    package var allowedRecipients: [String] = []
    package var scheduled: [ScheduledReport] = []
    /// Whom the mails are from; nil: `submitwatch` at this machine.
    package var from: String?
    package var server = MailServer()

    package init() {}

    /// Whether reports that somebody asks for may go to an address.
    package func allows(_ address: String) -> Bool {
      let address = address.lowercased()
      guard let at = address.lastIndex(of: "@"), at > address.startIndex,
        address != "*\(address[at...])"
      else { return false }
      return allowedRecipients.contains {
        ["*\(address[at...])", address].contains($0.lowercased())
      }
    }
  }
}

/// A report that is sent by itself.
package struct ScheduledReport: Equatable, Sendable {
  /// Tells it from others, also over restarts.
  package var name: String
  package var schedule: ReportSchedule
  package var to: [String]
  package var language: Language
  /// nil: all.
  package var domain: String?

  package init(
    name: String,
    _ schedule: ReportSchedule,
    to: [String],
    language: Language = .english,
    domain: String? = nil
  ) {
    self.name = name
    self.schedule = schedule
    self.to = to
    self.language = language
    self.domain = domain
  }
}

extension Settings.Reports {
  /// Takes what the section says; `retention`: how many days are kept.
  mutating func take(_ section: Section, retention: Int) {
    let expected = "an address, or \"*@example.org\" for all addresses of a domain"
    section.texts("allowed-recipients", expected, Check.recipient).map { allowedRecipients = $0 }
    var names: Set<String> = []
    for entry in section.list("scheduled", of: "a section with keys") ?? [] {
      let count = entry.problems.count
      guard entry.isSection else {
        entry.refuse("a section with keys")
        continue
      }
      let inner = Section(entry.node, path: entry.key, problems: entry.problems)
      let report = ScheduledReport(inner, entry)
      inner.end()
      guard let report else { continue }
      let reach = report.schedule.reach
      if reach > retention {
        entry.report(
          "reaches back \(reach) days with its own, and \(retention) are kept;"
            + " set retention to \(reach) or more"
        )
      }
      if entry.problems.count == count, !names.insert(report.name).inserted {
        entry.report("'\(report.name)' is the name of another one; set another one under name")
      }
      scheduled.append(report)
    }
    from = section.text("from", Check.addressExpected, Check.address)
    server = MailServer(section)
    section.end()
  }
}

extension ScheduledReport {
  private static let weekdays: KeyValuePairs = [
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6,
  ]

  /// nil: what it says makes no schedule, which is a problem.
  fileprivate init?(_ section: Section, _ entry: Section.Entry) {
    let own = section.text("name", Check.nameExpected, Check.name)
    let isWeekly = section.entry("weekly") != nil
    let weekday = section.choice("weekly", Self.weekdays)
    let isMonthly = section.entry("monthly") != nil
    let day = section.integer("monthly", in: 1...31, "a day of the month from 1 to 31")
    let time = section.text("time", "a time of day from 00:00 to 23:59, such as 06:00", Check.time)
    to = section.addresses("to")
    language =
      section.text("language", Language.expected, Language.init(rawValue:)) ?? .english
    domain = section.text("domain", "a domain, as reports show it", Check.text)
    guard isWeekly != isMonthly else {
      entry.report("needs either weekly, a day of the week, or monthly, a day of the month")
      return nil
    }
    let rhythm = weekday.map { ReportSchedule.Rhythm.weekly(weekday: $0) }
    guard let rhythm = rhythm ?? day.map({ .monthly(day: $0) }) else { return nil }
    schedule = ReportSchedule(rhythm, minutes: time ?? 6 * 60)
    name = own ?? (isWeekly ? "weekly" : "monthly")
  }
}
