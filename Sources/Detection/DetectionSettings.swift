package import MailLog

/// What is looked for, and how closely.
package struct DetectionSettings: Sendable, Equatable {
  package enum Unit: String, CaseIterable, Sendable { case recipients, messages }

  /// The most that an account may send in a window; nil: as much as it likes.
  package struct Cap: Sendable, Equatable {
    package var tenMinutes: Int?
    package var hour: Int?
    package var day: Int?

    package init() {}

    var isEmpty: Bool { tenMinutes == nil && hour == nil && day == nil }

    subscript(_ window: Int) -> Int? { window == 0 ? tenMinutes : window == 1 ? hour : day }
  }

  /// How many times its record an account may send before an alert is raised.
  package var factor = 4.0
  /// What is counted.
  package var unit = Unit.recipients
  package var volume = true
  package var newNetworks = true
  package var sustained = true
  package var rejections = true
  package var failuresThenSuccess = true
  /// Failed logins of an account within a day, and the networks that they came from, behind which a
  /// submission raises an alert.
  package var failures = 20
  package var failureNetworks = 3
  package var cap = Cap()
  /// What comes from new networks is counted in recipients, and against the record of such networks
  /// alone: the plainer method, to be compared with.
  package var isPlain = false
  /// Accounts that are watched.
  package var accountLimit = 1_000_000
  /// Alerts that are kept.
  package var alertLimit = 2000

  package init() {}
}

/// What the detector left out, since the log is watched.
package struct DetectorTotals: Sendable, Equatable {
  /// Accounts that are not watched, as there are too many: their submissions.
  package var unwatched: UInt64 = 0
  /// Alerts that were listed but not handed out, as there were too many in that hour.
  package var withheld: UInt64 = 0
  /// When the last of them began, by the log.
  package var lastWithheld: Timestamp?
  /// Failed logins whose name was forgotten for the sake of others.
  package var forgottenFailures: UInt64 = 0

  package init() {}
}
