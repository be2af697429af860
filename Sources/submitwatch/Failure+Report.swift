import MailLog
import Reports

extension Failure {
  /// Options that ask what a report of log files does not answer.
  init(_ error: ReportError, of view: ReportView) {
    let value = plainText(escapedText(error.value.utf8))
    let allowed = error.allowed
    let message =
      switch error.field {
      case .grouping: "\(view.rawValue) cannot go by \(value): use \(allowed)"
      case .sort: "cannot sort by '\(value)': use \(allowed)"
      case .minimum: "\(view.rawValue) cannot require TLS version '\(value)': use \(allowed)"
      case .perDay: "\(view.rawValue) has no rows per day: leave out --per-day"
      case .format: "\(view.rawValue) has no \(value): use \(allowed)"
      case .end: "--end \(value) is out of range: it must be \(allowed)"
      case .days: "--idle-days \(value) is out of range: it must be \(allowed)"
      case .limit: "--limit \(value) is out of range: it must be \(allowed)"
      }
    self.init(.usage, message)
  }
}
