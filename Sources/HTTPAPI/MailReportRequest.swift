package import Languages
package import MailLog

/// A report that somebody wants sent by e-mail.
package struct MailReportRequest: Sendable {
  /// As they were given: not checked yet.
  package var recipients: [String]
  package var days: ClosedRange<CivilDate>
  /// nil: all.
  package var domain: String?
  package var language: Language
  /// Who asks.
  package var user: PeerUser
}

/// Why nobody is sent a report.
package struct MailReportRefusal: Error, Sendable {
  package enum Reason: Sendable {
    /// This is no address.
    case badAddress(String)
    /// The configuration does not allow this address.
    case notAllowed(String)
    /// Too many wait.
    case full
    case notSaved(String)
  }

  package var reason: Reason

  package init(_ reason: Reason) {
    self.reason = reason
  }
}

/// Sees to it that a report is sent; returns when that outlives the program.
package typealias MailReportHandler = @Sendable (MailReportRequest) async throws -> Void
