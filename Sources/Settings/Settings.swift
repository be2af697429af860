package import MailLog

/// What the daemon's configuration says; a new value has the defaults of all keys.
package struct Settings: Equatable, Sendable {
  /// The file to change, for messages: its absolute path.
  package var file = Settings.path
  /// The zone of the reports' days; nil: the system's.
  package var timezone: ZoneRules?
  /// The zone of stamps that name none; nil: `timezone`.
  package var logTimezone: ZoneRules?
  /// Accounts and senders are folded to lower case.
  package var foldsCase = true
  /// Days that are kept.
  package var retention = 90
  /// Older logs are read on the first start.
  package var backfill = true
  /// What to read; empty: found by the daemon itself.
  package var sources: [SourceSettings] = []
  package var socket = "/run/submitwatch/submitwatch.sock"
  package var database = "/var/lib/submitwatch/submitwatch.db"
  package var saveInterval: Duration = .seconds(10)
  package var http = HTTP()
  package var reports = Reports()
  package var detection = Detection()
  package var alerts = Alerts()
  package var limits = Limits()
  /// What is no mistake yet, for who checks the configuration: `FILE:LINE: KEY: MESSAGE`.
  package var notes: [String] = []

  package init() {}

  package struct HTTP: Equatable, Sendable {
    /// Names in lower case, without port, that a browser may use besides the loopback's.
    package var hosts: [String] = []

    package init() {}
  }

  /// What is unusual submission.
  package struct Detection: Equatable, Sendable {
    /// An alert is raised at so many times an account's own record.
    package var factor = 4
    /// Recipients are counted; else messages.
    package var countsRecipients = true
    package var volume = true
    package var newNetworks = true
    package var sustained = true
    package var rejections = true
    package var failuresThenSuccess = true
    package var failures = 20
    package var failureNetworks = 3
    /// nil: no cap.
    package var capPerTenMinutes: Int?
    package var capPerHour: Int?
    package var capPerDay: Int?

    package init() {}
  }

  /// Bounds of what others control.
  package struct Limits: Equatable, Sendable {
    /// Open sessions.
    package var sessions = 100_000
    /// Messages that wait for their acceptance.
    package var waiting = 1_000_000
    /// Submissions whose TLS state is not decided yet.
    package var undecided = 250_000
    package var accounts = 1_000_000
    package var sendersPerAccountAndDay = 4096
    /// Names and networks of failed AUTH.
    package var failedNames = 250_000

    package init() {}
  }
}

/// One entry of `sources`.
package enum SourceSettings: Equatable, Sendable {
  case file(FollowedFile)
  case journal(FollowedJournal)
}

/// Log files that are followed.
package struct FollowedFile: Equatable, Sendable {
  /// An absolute path, in which `*`, `?` and `[…]` match names and `%D` is Exim's date stamp.
  package var path: String
  /// Where rotated files are beside the folder of the log: `olddir` of logrotate(8).
  package var oldFolder: String?
  /// nil: the setting for all sources.
  package var logTimezone: ZoneRules?
  /// The year of the first line, for stamps without one; nil: inferred.
  package var year: Int?

  package init(
    path: String,
    oldFolder: String? = nil,
    logTimezone: ZoneRules? = nil,
    year: Int? = nil
  ) {
    self.path = path
    self.oldFolder = oldFolder
    self.logTimezone = logTimezone
    self.year = year
  }
}

/// Entries of systemd's journal that are followed.
package struct FollowedJournal: Equatable, Sendable {
  /// Journal files collected in a directory; nil: the system's own journal.
  package var directory: String?
  /// A namespace of the system's journal, journald.conf(5); nil: the default one.
  package var namespace: String?
  /// The `SYSLOG_IDENTIFIER`s to read; empty: the mail facility and all known mail servers.
  package var identifiers: [String] = []

  package init(directory: String? = nil, namespace: String? = nil, identifiers: [String] = []) {
    self.directory = directory
    self.namespace = namespace
    self.identifiers = identifiers
  }
}
