/// What the server asks of the daemon: handed whole from where it is made to where it is used.
package struct DaemonHandlers: Sendable {
  /// What was published last; called for each request.
  let published: @Sendable () -> Published
  /// Counts a log that a client sends.
  let importLog: ImportHandler
  /// Sends a report by e-mail.
  let mailReport: MailReportHandler
  /// Knows the alerts.
  let alerts: AlertHandlers

  package init(
    published: @escaping @Sendable () -> Published,
    importLog: @escaping ImportHandler,
    mailReport: @escaping MailReportHandler,
    alerts: AlertHandlers = .none
  ) {
    self.published = published
    self.importLog = importLog
    self.mailReport = mailReport
    self.alerts = alerts
  }
}
