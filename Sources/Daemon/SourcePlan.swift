import Counters
import Detection
import Dialects
import Ingest
import LogSources
import MailLog
import Platform
import Sessions
import Settings

/// What the daemon reads, and how the stamps in it are to be understood.
struct SourcePlan {
  let sources: [any LogSource]
  private let stamps: [String: IngestPipeline.StampDefaults]
  private let defaults: IngestPipeline.StampDefaults

  /// The sources that the settings name; where they name none, the one that this machine has.
  ///
  /// `followed`: the names of those that were read before.
  init(_ settings: Settings, zone: ZoneRules, followed: Set<String> = []) {
    let logZone = settings.logTimezone ?? zone
    defaults = IngestPipeline.StampDefaults(zone: logZone)
    var sources: [any LogSource] = []
    let claims = LogClaims()
    var stamps: [String: IngestPipeline.StampDefaults] = [:]
    for setting in settings.sources.isEmpty ? [Self.found(followed)] : settings.sources {
      switch setting {
      case .file(let file):
        sources.append(Self.source(file, settings, claims))
        stamps[file.path] = IngestPipeline.StampDefaults(
          zone: file.logTimezone ?? logZone,
          year: file.year
        )
      case .journal(let journal): sources.append(Self.source(journal, settings))
      }
    }
    self.sources = sources
    self.stamps = stamps
  }

  /// The options of the pipeline that counts these sources.
  func pipelineOptions(_ settings: Settings, zone: ZoneRules) -> IngestPipeline.Options {
    let (stamps, defaults) = (stamps, defaults)
    var options = IngestPipeline.Options(zone: zone) { source in
      // The batches of a pattern bear `pattern:path`; the longest is the source's own.
      let patterns = stamps.keys.filter { source.hasPrefix($0 + ":") }
      let name = patterns.max { $0.utf8.count < $1.utf8.count }
      return stamps[source] ?? name.flatMap { stamps[$0] } ?? defaults
    }
    options.rules.foldsCase = settings.foldsCase
    options.retentionDays = settings.retention
    options.rules.ownHost = SystemFacts.hostName
    options.sourceNames = sourceNames
    options.limits.accounts = settings.limits.accounts
    options.limits.sendersPerAccount = settings.limits.sendersPerAccountAndDay
    options.limits.failures = settings.limits.failedNames
    options.sessionLimits.sessions = settings.limits.sessions
    options.sessionLimits.waiting = settings.limits.waiting
    options.sessionLimits.plain = settings.limits.undecided
    options.rules.detection = DetectionSettings(settings.detection)
    options.rules.detection?.accountLimit = settings.limits.accounts
    return options
  }

  /// What the sources call logs that were saved under another name, by that: a path can be spelt in
  /// several ways, or become a pattern.
  private func renamed(_ positions: [String: SourcePosition]) -> [String: String] {
    var left = positions.filter { saved in
      !sources.contains { $0.bears(saved.key, among: sourceNames) }
    }
    var names: [String: String] = [:]
    for source in sources {
      for (old, new) in source.adopted(left) where positions[new] == nil {
        names[old] = new
        left[old] = nil
      }
    }
    return names
  }

  /// What has become of the logs since they were saved.
  func changes(since saved: Checkpoint) -> LogChanges {
    var changes = LogChanges(renamed: renamed(saved.positions))
    changes.replaced = replaced(
      changes.named(saved.positions).keys.map(\.self),
      before: saved.sourceNames
    )
    return changes
  }

  /// The logs that are read no longer, where another source begins: the journal in place of a file, a
  /// log that was moved.
  ///
  /// `logs`: those that were saved; `before`: the sources that were read then, nil: nobody kept them.
  private func replaced(_ logs: [String], before: [String]?) -> [String] {
    let isNew =
      before.map { !Set(sourceNames).isSubset(of: $0) }
      ?? sources.contains { source in !logs.contains { source.bears($0, among: sourceNames) } }
    guard isNew else { return [] }
    // What was left out before, and nothing in its place, is read on when it comes back.
    let last = before.map { names in names.filter { !sourceNames.contains($0) } }
    return logs.filter { log in
      !sources.contains { $0.bears(log, among: sourceNames) }
        && last?.contains { log == $0 || log.hasPrefix($0 + ":") } != false
    }
  }

  private var sourceNames: [String] { sources.map(\.name) }

  /// The machine's own journal, if nothing else is read and old logs are wanted.
  func onlyJournal(_ settings: Settings) -> (any LogSource)? {
    guard settings.backfill, sources.count == 1, let source = sources.first as? JournalSource
    else { return nil }
    guard case .journal(let journal)? = settings.sources.first else { return source }
    return journal.directory == nil && journal.namespace == nil ? source : nil
  }

  private static func found(_ followed: Set<String>) -> SourceSettings {
    let choice = SourceChoice.choose(
      now: .now,
      followed: followed,
      journalHoldsLines: { holdsJournalLines(since: $0) },
      holdsMailLines: holdsMailLines
    )
    switch choice {
    case .file(let path): return .file(FollowedFile(path: path))
    case .journal: return .journal(FollowedJournal())
    }
  }

  private static func holdsJournalLines(since time: Timestamp) -> Bool {
    JournalSource.holdsLines(since: time, journalSettings(FollowedJournal(), backfill: false))
  }

  private static func holdsMailLines(_ lines: [UInt8]) -> Bool {
    var parser = LineParser()
    var batch = EventBatch()
    parser.parse(lines.span, into: &batch)
    return batch.holdsMailLines
  }

  private static func source(
    _ file: FollowedFile,
    _ settings: Settings,
    _ claims: LogClaims
  ) -> any LogSource {
    var source = FileSourceSettings(path: file.path)
    source.readsRotated = settings.backfill
    source.oldFolder = file.oldFolder
    for case .file(let other) in settings.sources where other.path != file.path {
      source.others.insert(other.path)
    }
    return FileSource(name: file.path, settings: source, claims: claims)
  }

  private static func source(_ journal: FollowedJournal, _ settings: Settings) -> any LogSource {
    let place = journal.directory ?? journal.namespace
    return JournalSource(
      name: place.map { "journal:\($0)" } ?? "journal",
      settings: journalSettings(journal, backfill: settings.backfill)
    )
  }

  private static func journalSettings(
    _ journal: FollowedJournal,
    backfill: Bool
  ) -> JournalSourceSettings {
    var source = JournalSourceSettings()
    source.directory = journal.directory
    source.namespace = journal.namespace
    source.identifiers =
      journal.identifiers.isEmpty ? allDialects.flatMap { $0.identifiers } : journal.identifiers
    source.units = allDialects.flatMap { $0.identifiers + $0.units }
    source.readsHistory = backfill
    return source
  }
}

extension DetectionSettings {
  fileprivate init(_ settings: Settings.Detection) {
    self.init()
    factor = Double(settings.factor)
    unit = settings.countsRecipients ? .recipients : .messages
    volume = settings.volume
    newNetworks = settings.newNetworks
    sustained = settings.sustained
    rejections = settings.rejections
    failuresThenSuccess = settings.failuresThenSuccess
    failures = settings.failures
    failureNetworks = settings.failureNetworks
    cap.tenMinutes = settings.capPerTenMinutes
    cap.hour = settings.capPerHour
    cap.day = settings.capPerDay
  }
}
