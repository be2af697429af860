import Counters
import MailLog

extension InsightPicture {
  private struct Advice {
    var text: String
    var command: String?
    var isUrgent = false
  }

  /// Writes what the figures call for.
  func writeAdvice(to lines: inout LineWriter) {
    let (width, tally) = (presentation.width ?? 100, report.tally)
    // The accounts of a domain may send for others only.
    let isEmpty = tally.sums.total.messages == 0 && tally.messagesBelow == 0
    guard !isEmpty || report.failures.total > 0 else {
      let text = "No authenticated submission in this period. Other days: --start and --end."
      return lines.append(paragraph: text, first: Piece(width > 40 ? "  " : ""))
    }
    lines.append(Line("  What to do next", .bold))
    for advice in advice() {
      let mark = advice.isUrgent ? Piece("  ! ", .warning) : Piece("  – ", .dim)
      lines.append(paragraph: advice.text, first: mark)
      guard let command = advice.command else { continue }
      lines.append(paragraph: command, tone: .bold, first: Piece("    "))
    }
  }

  private func advice() -> [Advice] {
    let advice = alertAdvice() + tlsAdvice() + failureAdvice()
    let total = report.tally.sums.total
    var gaps: [Advice] = []
    if total.recipients == nil {
      gaps.append(
        Advice(text: "Recipients are not logged. Exim: log_selector=+received_recipients")
      )
    }
    if total.bytes == nil { gaps.append(Advice(text: "Sizes are not logged for all messages.")) }
    if advice.isEmpty, gaps.isEmpty {
      return [Advice(text: "Nothing: every message came over TLS \(minimum) or later.")]
    }
    return advice + gaps
  }

  private func alertAdvice() -> [Advice] {
    let limit = 3
    let shown = report.firing.prefix(limit).map { kept in
      Advice(text: "Alert: \(plainText(kept.alert.text))", isUrgent: true)
    }
    guard let last = shown.last else { return [] }
    let rest = report.firing.count - shown.count
    let text = last.text + (rest > 0 ? " And \(rest) more." : "")
    return shown.dropLast() + [
      Advice(text: text, command: presentation.alertsCommand, isUrgent: true)
    ]
  }

  private var minimum: String { report.query.minimum.label }

  private func tlsAdvice() -> [Advice] {
    let (tally, total) = (report.tally, report.tally.sums.total)
    var advice: [Advice] = []
    let below = total.below(report.query.minimum)
    if tally.messagesBelow > 0 {
      let accounts = TableText.counted(UInt64(tally.accountsBelow), "account")
      advice.append(
        Advice(
          text: "\(accounts) sent without TLS or below TLS \(minimum) "
            + "(\(TableText.counted(tally.messagesBelow, "message"))):",
          command: presentation.command(.cutoff, minimumOption),
          isUrgent: true
        )
      )
    } else if below > 0 {
      advice.append(
        Advice(
          text: "\(TableText.counted(below, "message")) of accounts of other domains came without"
            + " TLS or below TLS \(minimum):",
          command: presentation.command(.tls),
          isUrgent: true
        )
      )
    }
    if tally.accountsWithoutTLS > 0 {
      let accounts = TableText.counted(UInt64(tally.accountsWithoutTLS), "account")
      let text = "\(accounts) sent without any TLS: the password may have been readable on the way."
      advice.append(Advice(text: text, isUrgent: true))
    }
    if let gap = total.unloggedTLS { advice.append(Advice(text: gap)) }
    return advice
  }

  private var minimumOption: String {
    if presentation.origin == .daemon { return " \(minimum)" }
    return report.query.minimum == ReportQuery.defaultMinimum ? "" : " --minimum \(minimum)"
  }

  private func failureAdvice() -> [Advice] {
    guard let top = report.failures.rows.first else { return [] }
    let networks = TableText.counted(UInt64(report.failures.rows.count), "network")
    let most = String(decoding: report.failures.name(top), as: UTF8.self)
    let part =
      report.failures.rows.count > 1 ? ", \(top.failures) of them from \(most)" : " (\(most))"
    let text = "\(report.failures.total) failed AUTH from \(networks)\(part):"
    return [Advice(text: text, command: presentation.command(.failures, " --by network"))]
  }
}
