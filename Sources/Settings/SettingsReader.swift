import Foundation
import MailLog

extension Settings {
  /// Reads the text of a configuration.
  ///
  /// All problems are found at once; only what is no YAML at all hides what else may be wrong.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - file: its name in messages.
  ///   - sinks: the kinds of places that alerts can be sent to.
  /// - Returns: what the text says, with the defaults of what it does not mention.
  /// - Throws: `SettingsError`, with every problem of the text.
  package static func parse(
    _ bytes: [UInt8],
    file: String,
    sinks: [any SinkSettings.Type] = []
  ) throws(SettingsError) -> Settings {
    let problems = ProblemList()
    let root = Document.root(of: bytes, problems: problems)
    var settings = Settings()
    let section = Section(root, path: "", problems: problems)
    settings.take(section)
    settings.alerts.take(section.section("alerts"), sinks)
    section.end()
    if let error = problems.error(file: file) { throw error }
    settings.notes = problems.notes.map { $0.description(in: file) }
    return settings
  }

  private mutating func take(_ section: Section) {
    timezone = section.text("timezone", Expected.zone, ZoneRules.init(named:))
    logTimezone = section.text("log-timezone", Expected.zone, ZoneRules.init(named:))
    section.choice("account-case", ["fold": true, "keep": false]).map { foldsCase = $0 }
    let days = CivilDate.periodLengths
    section.integer(
      "retention",
      in: days,
      "a number of days from \(days.lowerBound) to \(days.upperBound)"
    ).map { retention = $0 }
    section.flag("backfill").map { backfill = $0 }
    takeSources(section)
    section.text("socket", Expected.socket, Check.socket).map { socket = $0 }
    section.text("database", Expected.database, Check.path).map { database = $0 }
    section.duration(
      "save-interval",
      in: .seconds(1)...(.seconds(3600)),
      "a time from 1s to 1h, such as 10s or 5m"
    ).map { saveInterval = $0 }
    http.take(section.section("http"))
    reports.take(section.section("reports"), retention: retention)
    detection.take(section.section("detection"))
    limits.take(section.section("limits"))
  }

  private mutating func takeSources(_ section: Section) {
    var known: Set<String> = []
    for entry in section.list("sources", of: Expected.source) ?? [] {
      guard entry.isSection else {
        entry.refuse(Expected.source)
        continue
      }
      let problemCount = entry.problems.count
      guard let source = Self.source(entry) else { continue }
      // Two sources with the same lines would count each twice.
      if entry.problems.count == problemCount, !known.insert(source.place).inserted {
        entry.report("this source is in the list already; keep one of them")
      }
      sources.append(source)
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return isThere && isDirectory.boolValue
  }

  /// A key that is not known is perhaps the one that is missing.
  private static func refuse(_ section: Section, _ entry: Section.Entry) {
    for key in ["olddir", "log-timezone", "year"] { _ = section.entry(key) }
    let problemCount = entry.problems.count
    section.end()
    if entry.problems.count == problemCount { entry.refuse(Expected.source) }
  }

  private static func source(_ entry: Section.Entry) -> SourceSettings? {
    let section = Section(entry.node, path: entry.key, problems: entry.problems)
    let file = section.entry("file")
    let journal = section.entry("journal")
    guard (file == nil) != (journal == nil) else {
      refuse(section, entry)
      return nil
    }
    defer { section.end() }
    guard let file else {
      return .journal(FollowedJournal(section.section("journal")))
    }
    let path = file.text(Expected.log, Check.log)
    if let path, isDirectory(path) {
      file.report("'\(path)' is a directory; name a file in it")
    }
    let oldFolder = section.text("olddir", Expected.oldFolder, Check.path)
    let zone = section.text("log-timezone", Expected.zone, ZoneRules.init(named:))
    let years = StampResolver.years
    let year = section.integer(
      "year",
      in: years,
      "a year from \(years.lowerBound) to \(years.upperBound)"
    )
    return path.map {
      .file(FollowedFile(path: $0, oldFolder: oldFolder, logTimezone: zone, year: year))
    }
  }
}

extension FollowedJournal {
  fileprivate init(_ section: Section) {
    directory = section.text("directory", Expected.directory, Check.path)
    namespace = section.text("namespace", "the name of a namespace", Check.namespace)
    if directory != nil, namespace != nil {
      section.entry("namespace")?.report("does not go with directory; leave one of them out")
    }
    identifiers =
      section.texts("identifiers", "a syslog identifier such as postfix/smtpd") { name in
        name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && name.utf8.count <= 200 ? name : nil
      } ?? []
    section.end()
  }
}

extension Settings.HTTP {
  fileprivate mutating func take(_ section: Section) {
    let expected = "the name or address of a host, without a port"
    section.texts("hosts", expected, Check.host).map { hosts = $0 }
    section.end()
  }
}

extension Settings.Detection {
  fileprivate mutating func take(_ section: Section) {
    section.count("factor", in: 2...100).map { factor = $0 }
    section.choice("unit", ["recipients": true, "messages": false]).map { countsRecipients = $0 }
    section.flag("volume").map { volume = $0 }
    section.flag("new-networks").map { newNetworks = $0 }
    section.flag("sustained").map { sustained = $0 }
    section.flag("rejections").map { rejections = $0 }
    section.flag("failures-then-success").map { failuresThenSuccess = $0 }
    section.count("failures", in: 1...1_000_000).map { failures = $0 }
    section.count("failure-networks", in: 1...8).map { failureNetworks = $0 }
    capPerTenMinutes = section.count("cap-per-ten-minutes", in: 1...1_000_000_000)
    capPerHour = section.count("cap-per-hour", in: 1...1_000_000_000)
    capPerDay = section.count("cap-per-day", in: 1...1_000_000_000)
    section.end()
  }
}

extension Settings.Limits {
  fileprivate mutating func take(_ section: Section) {
    section.count("sessions", in: 100...10_000_000).map { sessions = $0 }
    section.count("waiting", in: 100...10_000_000).map { waiting = $0 }
    section.count("undecided", in: 0...10_000_000).map { undecided = $0 }
    section.count("accounts", in: 100...10_000_000).map { accounts = $0 }
    section.count("senders-per-account-and-day", in: 1...1_000_000)
      .map { sendersPerAccountAndDay = $0 }
    section.count("failed-names", in: 100...10_000_000).map { failedNames = $0 }
    section.end()
  }
}

extension SourceSettings {
  /// What two sources must not have in common.
  fileprivate var place: String {
    switch self {
    case .file(let file):
      file.path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    case .journal(let journal): "journal \(journal.directory ?? "") \(journal.namespace ?? "")"
    }
  }
}
