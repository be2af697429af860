import MailLog
import Platform

/// Writes alerts to the systemd journal, as entries with a field for each figure.
///
/// `journalctl MESSAGE_ID=…` finds them; `systemd/submitwatch.catalog` explains them.
package struct JournalSink: AlertSink {
  /// Of an alert that fires, of one that is over, and of one whose place another took;
  /// systemd.journal-fields(7).
  package static let messageIDs = (
    firing: "5c6d9f0f3a7b4e0e9d0c7a1f2b8e4d61", resolved: "b7e2f4a90c1d4b58a3f6e5d8c9071a2e",
    replaced: "14b8ab60e71745729167c1e4d9da7a99"
  )

  package let name = "journal"
  private let isUnderJournal: Bool

  init(_ surroundings: SinkSurroundings) {
    isUnderJournal = surroundings.isUnderJournal
  }

  package func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply? {
    guard isUnderJournal else {
      StandardError.write("submitwatchd: alert: \(message(notice))\n")
      return "written to standard error: the daemon does not run as a service"
    }
    guard JournalEntry.send(fields(notice)) else {
      throw AlertSinkError(
        "the journal takes no entries; see 'systemctl status systemd-journald'",
        isRecoverable: true
      )
    }
    return "see 'journalctl SUBMITWATCH_ALERT_ID=\(notice.alert.id)'"
  }

  private func message(_ notice: AlertNotice) -> String {
    let text = plainText(notice.alert.text)
    if notice.alert.state == .firing { return text }
    if let id = notice.event.replacedBy { return "Not over, alert \(id) takes its place: \(text)" }
    return "Over: \(text)"
  }

  /// The fields of the entry, `NAME=value`.
  func fields(_ notice: AlertNotice) -> [String] {
    let alert = notice.alert
    let isFiring = alert.state == .firing
    let priority = isFiring ? (alert.severity == .critical ? 2 : 4) : 5
    let over = notice.event.replacedBy == nil ? Self.messageIDs.resolved : Self.messageIDs.replaced
    let id = isFiring ? Self.messageIDs.firing : over
    let fields = [
      "MESSAGE=\(message(notice))", "MESSAGE_ID=\(id)", "PRIORITY=\(priority)",
      "SYSLOG_IDENTIFIER=submitwatchd", "SUBMITWATCH_ALERT_ID=\(alert.id)",
      "SUBMITWATCH_RULE=\(alert.rule.rawValue)", "SUBMITWATCH_SEVERITY=\(alert.severity.rawValue)",
      "SUBMITWATCH_STATE=\(alert.state.rawValue)", "SUBMITWATCH_ACCOUNT=\(alert.account)",
      "SUBMITWATCH_COUNT=\(alert.count)", "SUBMITWATCH_EXPECTED=\(alert.expected)",
      "SUBMITWATCH_WINDOW_SECONDS=\(alert.windowSeconds)", "SUBMITWATCH_SCORE=\(alert.score)",
      "SUBMITWATCH_ALERT=\(String(decoding: notice.json, as: UTF8.self))",
    ]
    let successor = notice.event.replacedBy.map { ["SUBMITWATCH_REPLACED_BY=\($0)"] } ?? []
    return fields + successor + alert.senders.prefix(20).map { "SUBMITWATCH_SENDER=\($0)" }
      + alert.clients.prefix(20).map { "SUBMITWATCH_NETWORK=\($0.network)" }
      + alert.evidence.prefix(20).map { "SUBMITWATCH_EVIDENCE=\($0)" }
  }
}
