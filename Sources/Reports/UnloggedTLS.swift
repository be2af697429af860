import Counters
import MailLog

extension Sums {
  /// That the TLS of messages is not logged, and how servers are made to; nil: it is, of all.
  var unloggedTLS: String? {
    let unknown = count(.unknown)
    guard unknown > 0 else { return nil }
    let share = TableText.percent(permille(.unknown))
    let what =
      unknown == messages
      ? "TLS is not logged"
      : "TLS is not logged for \(TableText.counted(unknown, "message")) (\(share))"
    // Which server wrote the lines is not counted: both that can be told to log it are named.
    return
      "\(what). Postfix: smtpd_tls_loglevel=1; Dovecot: %k in login_log_format_elements"
  }
}
