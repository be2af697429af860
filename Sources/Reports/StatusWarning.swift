package import MailLog

/// Something that the daemon cannot set right, and what to do about it.
package struct StatusWarning: Sendable, Equatable {
  package enum Code: String, CaseIterable, Sendable {
    case tlsNotLogged = "tls-not-logged"
    case recipientsNotLogged = "recipients-not-logged"
    case noPermission = "no-permission"
    case sourceFailed = "source-failed"
    case journalRateLimit = "journal-rate-limit"
    case notWatched = "not-watched"
    case lag
    case gap
    case linesDropped = "lines-dropped"
    case saveFailed = "save-failed"
    case sinkFailed = "sink-failed"
    case reportsWait = "reports-wait"
    case alertsWithheld = "alerts-withheld"
    case configurationRefused = "configuration-refused"
  }

  package var code: Code
  package var state: DaemonStatus.State
  /// What is wrong, one sentence.
  package var text: String
  /// What to do, one sentence.
  package var remedy: String
  /// The names and the number that stand in both, for pages that say them in another language.
  package var values: [String: String]
  package var count: UInt64?

  package init(
    _ code: Code,
    _ state: DaemonStatus.State = .warning,
    text: String,
    remedy: String,
    count: UInt64? = nil,
    _ values: [String: String] = [:]
  ) {
    self.code = code
    self.state = state
    self.text = text
    self.remedy = remedy
    self.count = count
    self.values = values
  }
}

extension StatusWarning {
  /// TLS is used but never logged.
  package static func tlsNotLogged(host: String, _ server: MailServer) -> StatusWarning {
    let remedy =
      switch server {
      case .postfix: "set 'smtpd_tls_loglevel = 1' in main.cf and run 'postfix reload'"
      case .dovecot:
        "add '%k' (Dovecot 2.4: '%{ssl_security}') to 'login_log_format_elements'"
          + " and run 'doveadm reload'"
      case .exim: "add '+tls_cipher' to 'log_selector' and reload Exim"
      case .sendmail: "set 'LogLevel' to 9 or more in sendmail.cf and restart Sendmail"
      case .openSMTPD, .courier, .qpsmtpd:
        "let the mail server log TLS version and cipher of its sessions"
      }
    return StatusWarning(
      .tlsNotLogged,
      text: "\(host) uses TLS but does not log it: versions show as unknown",
      remedy: remedy,
      ["host": host, "dialect": server.name]
    )
  }

  package static func recipientsNotLogged(host: String) -> StatusWarning {
    StatusWarning(
      .recipientsNotLogged,
      .ok,
      text: "\(host) does not log how many recipients a message has",
      remedy: "for Exim, add '+received_recipients' to 'log_selector' and reload it",
      ["host": host]
    )
  }

  package static func sourceFailed(source: String, problem: String) -> StatusWarning {
    StatusWarning(
      .sourceFailed,
      .critical,
      text: "'\(source)' cannot be read: \(problem)",
      remedy: "set right what the message names; the daemon goes on by itself",
      ["source": source, "problem": problem]
    )
  }

  package static func journalRateLimit(source: String, dropped: UInt64) -> StatusWarning {
    StatusWarning(
      .journalRateLimit,
      text: "the journal dropped \(TableText.counted(dropped, "line")) of '\(source)'"
        + " over its rate limit: messages may be missing",
      remedy: "raise RateLimitBurst= (or set RateLimitIntervalSec=0) in journald.conf,"
        + " or LogRateLimitBurst= and LogRateLimitIntervalSec= in the mail server's unit",
      count: dropped,
      ["source": source]
    )
  }

  /// `setting` is the kernel's, and leaves no room to report changes of so many sources.
  package static func notWatched(sources: UInt64, setting: String) -> StatusWarning {
    StatusWarning(
      .notWatched,
      .ok,
      text: "the kernel does not report changes of \(TableText.counted(sources, "source")):"
        + " '\(setting)' is used up; they are looked at every second",
      remedy: "raise it with 'sysctl -w \(setting)=…', and in a file in /etc/sysctl.d;"
        + " the daemon takes it up by itself",
      count: sources,
      ["setting": setting]
    )
  }

  package static func lag(source: String, seconds: UInt64) -> StatusWarning {
    StatusWarning(
      .lag,
      text: "'\(source)' is \(TableText.counted(seconds, "second")) behind",
      remedy: "wait if it was just started; else give the daemon more CPU (CPUWeight=)"
        + " and see whether the disk is slow",
      count: seconds,
      ["source": source]
    )
  }

  /// `isJournal`: the journal was vacuumed; else a file is gone or cannot be read.
  package static func gap(
    source: String,
    detail: String,
    isJournal: Bool = false
  ) -> StatusWarning {
    let remedy =
      isJournal
      ? "let the journal keep more (SystemMaxUse= in journald.conf(5));"
        + " where a log file has these lines, too, run 'submitwatch import' with it"
      : "run 'submitwatch import' with the rotated files if there are copies,"
        + " and let logrotate keep more of them (rotate, delaycompress)"
    let end =
      "; the warning ends once an import has counted messages of that time, or after 7 days"
    return StatusWarning(
      .gap,
      text: "lines of '\(source)' were lost: \(detail)",
      remedy: remedy + end,
      ["source": source, "detail": detail, "kind": isJournal ? "journal" : "file"]
    )
  }

  package static func linesDropped(table: BoundedTable, count: UInt64) -> StatusWarning {
    StatusWarning(
      .linesDropped,
      text: "\(TableText.counted(count, "entry", "entries")) found no room in the table"
        + " '\(table.rawValue)'",
      remedy: "look for a flood of connections or names in the log; \(table.loss.text)",
      count: count,
      ["table": table.rawValue, "kind": table.loss.rawValue]
    )
  }

  package static func sinkFailed(
    sink: String,
    waiting: UInt64,
    givenUp: UInt64,
    problem: String
  ) -> StatusWarning {
    StatusWarning(
      .sinkFailed,
      text: "the sink '\(sink)' takes no alerts, \(waiting) wait, \(givenUp) given up: \(problem)",
      remedy: "set right what the message names, and try it with 'submitwatch alerts test \(sink)'",
      count: waiting,
      ["sink": sink, "problem": problem, "lost": "\(givenUp)"]
    )
  }

  package static func reportsWait(count: UInt64, problem: String) -> StatusWarning {
    StatusWarning(
      .reportsWait,
      text: "the mail server takes no reports, \(TableText.counted(count, "mail")) waiting:"
        + " \(problem)",
      remedy: "set right what the message names; the daemon tries again for 72 hours",
      count: count,
      ["problem": problem]
    )
  }

  package static func alertsWithheld(_ count: UInt64) -> StatusWarning {
    StatusWarning(
      .alertsWithheld,
      text: "\(TableText.counted(count, "alert")) listed, but nobody was told:"
        + " too many began within an hour",
      remedy: "look for what they have in common in 'submitwatch alerts';"
        + " where they are false, raise 'factor' or the caps under 'detection'",
      count: count
    )
  }

  /// `problem` says where the file is wrong, or what of it cannot be used.
  package static func configurationRefused(file: String, problem: String) -> StatusWarning {
    StatusWarning(
      .configurationRefused,
      text: "'\(file)' was refused, the old configuration is kept: \(problem)",
      remedy: "set right what the message names, and run 'systemctl reload submitwatchd';"
        + " until then the daemon would not start again",
      ["file": file, "problem": problem]
    )
  }

  /// `problem` says what to do where it is not for want of room.
  package static func saveFailed(
    _ problem: String,
    database: String,
    isFull: Bool
  ) -> StatusWarning {
    let slash = database.lastIndex(of: "/") ?? database.startIndex
    let folder = slash == database.startIndex ? "/" : String(database[..<slash])
    let remedy =
      isFull ? "make room on the disk of \(folder)" : "set right what the message names"
    return StatusWarning(
      .saveFailed,
      .critical,
      text: "the counters cannot be saved: \(problem)",
      remedy: "\(remedy); the daemon tries again by itself",
      ["problem": problem, "folder": folder].merging(isFull ? ["kind": "full"] : [:]) { $1 }
    )
  }
}
