import MailLog

/// What a rule found unusual of an account.
struct Finding: Sendable {
  var rule: Alert.Rule
  var severity: Alert.Severity
  /// The length of the window, in seconds.
  var window: Int
  var count: Double
  /// What is usual or allowed in the window.
  var expected: Double
  var score: Double
  /// The hours that a sustained excess lasts; the networks that failed logins came from.
  var extent = 0

  /// What its count is of, where submissions count as `unit`.
  func unit(where unit: DetectionSettings.Unit) -> Alert.Unit {
    switch rule {
    case .volume, .sustained, .cap: unit == .recipients ? .recipients : .messages
    case .newNetworks: .messages
    case .failuresThenSuccess: .failedLogins
    case .rejections: .refusals
    }
  }
}

/// Alerts of one group take each other's place: an account has one firing of each.
enum AlertGroup: UInt8, Sendable {
  case score, cap, failures, rejections

  init(_ rule: Alert.Rule) {
    switch rule {
    case .volume, .newNetworks, .sustained: self = .score
    case .cap: self = .cap
    case .failuresThenSuccess: self = .failures
    case .rejections: self = .rejections
    }
  }
}

extension Alert.Severity {
  /// Critical is twice the score that raises an alert.
  init(score: Double, threshold: Double) {
    self = score >= 2 * threshold ? .critical : .warning
  }
}
