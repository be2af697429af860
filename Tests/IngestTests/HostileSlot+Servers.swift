// Every field of each server's log that others choose.
extension HostileSlot {
  static let all = postfix + exim + sendmail + openSMTPD + dovecot + courier + qpsmtpd

  // MARK: Postfix

  private static func postfix(_ field: String, _ program: String, _ line: String) -> HostileSlot {
    let smtpd = "postfix/submission/smtpd[7]: "
    let client = "unknown[192.0.2.1]"
    return HostileSlot(
      server: "postfix",
      field: field,
      lines: [
        "\(smtpd)connect from \(client)",
        "\(smtpd)4AAAA11: client=\(client), sasl_method=PLAIN, sasl_username=mallory",
        "postfix/\(program): \(line)",
        "postfix/cleanup[8]: 4AAAA11: message-id=<1@x>",
        "postfix/qmgr[9]: 4AAAA11: from=<m@evil.example>, size=10, nrcpt=1 (queue active)",
        "\(smtpd)disconnect from \(client) ehlo=1 auth=1 mail=1 commands=3",
      ],
      escape: questionMarks
    )
  }

  private static let postfix: [HostileSlot] = {
    let smtpd = "submission/smtpd[7]"
    let from = "from unknown[192.0.2.1]"
    let failed = "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed:"
    var slots = [
      postfix(
        "login",
        smtpd,
        "4AAAA12: client=unknown[192.0.2.1], sasl_method=LOGIN, sasl_username=%"
      ),
      postfix("login that fails", smtpd, "\(failed) (reason unavailable), sasl_username=%"),
      postfix("repeated", smtpd, "message repeated 2 times: [ \(failed) x, sasl_username=%]"),
      postfix(
        "reason",
        smtpd,
        "\(failed) Invalid authentication mechanism: '%', sasl_username=(unavailable)"
      ),
      postfix(
        "HELO",
        smtpd,
        "NOQUEUE: reject: RCPT \(from): 554 5.7.1 <x>: Relay access denied; from=<a@x> to=<b@y> proto=ESMTP helo=<%>"
      ),
      postfix(
        "recipient",
        smtpd,
        "NOQUEUE: reject: RCPT \(from): 554 5.7.1 <%>: Relay access denied; from=<a@x> to=<%> proto=ESMTP helo=<x>"
      ),
      postfix("commands", smtpd, "improper command pipelining after EHLO \(from): %"),
      postfix("no command", smtpd, "warning: non-SMTP command \(from): %"),
      postfix("syntax", smtpd, "warning: Illegal address syntax \(from) in MAIL command: <%>"),
      postfix("Message-ID", "cleanup[8]", "4AAAA11: message-id=<%>"),
      postfix("Message-ID of its own", "cleanup[8]", "4AAAA11: message-id=%"),
      postfix(
        "subject",
        "cleanup[8]",
        "4AAAA11: warning: header Subject: % \(from); from=<a@x> to=<b@y> proto=ESMTP helo=<x>"
      ),
      postfix(
        "replaced header",
        "cleanup[8]",
        "4AAAA11: replace: header X-Mailer: % \(from); from=<a@x> to=<b@y> proto=ESMTP helo=<%>: X-Mailer: none"
      ),
      postfix(
        "reply of another server",
        "smtp[10]",
        "4AAAA19: to=<b@y>, relay=x[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 %)"
      ),
      postfix(
        "recipient of a delivery",
        "smtp[10]",
        "4AAAA19: to=<%>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (x)"
      ),
      postfix(
        "bounce",
        "smtp[10]",
        "4AAAA19: host x[192.0.2.9] said: 450 % (in reply to RCPT TO command)"
      ),
    ]
    var sender = postfix("sender", "qmgr[9]", "4AAAA13: from=<%>, size=1, nrcpt=1 (queue active)")
    sender.escape = address
    slots.append(sender)
    var name = postfix("host name", smtpd, "connect from %[192.0.2.1]")
    name.escape = hostName
    slots.append(name)
    var sni = postfix(
      "SNI",
      smtpd,
      "Anonymous TLS connection established from %[192.0.2.1] to %: TLSv1.3 with cipher X (256/256 bits)"
    )
    sni.escape = hostName
    slots.append(sni)
    return slots
  }()

  // MARK: Exim

  private static let exim: [HostileSlot] = {
    let arrival = "1xUs4B-000001-01 <= m@evil.example H=(x) [192.0.2.1]"
    let login = "P=esmtpsa X=TLS1.3:C:256 CV=no A=plain:mallory"
    let fields: [(String, String, @Sendable (String) -> String)] = [
      ("sender", "1xUs4B-000001-01 <= % H=(x) [192.0.2.1] \(login) S=9 id=1@x", address),
      ("sender in pairs", "1xUs4B-000001-01 <= % H=(x) [192.0.2.1] \(login) S=9 id=1@x", pairs),
      (
        "sender in pairs without a login",
        "1xUs4B-000001-01 <= % H=(x) [192.0.2.1] P=esmtp S=9 id=1@x", pairs
      ),
      ("Message-ID in quotes", "\(arrival) P=esmtps X=TLS1.3:C:256 S=9 id=%", address),
      ("Message-ID in quotes, of a login", "\(arrival) \(login) S=9 id=%", address),
      ("Message-ID in pairs, of a login", "\(arrival) \(login) S=9 id=%", pairs),
      (
        "sender without a login", "1xUs4B-000001-01 <= % H=(x) [192.0.2.1] P=esmtp S=9 id=1@x",
        address
      ),
      (
        "HELO without a login", "1xUs4B-000001-01 <= m@evil.example H=(%) [192.0.2.1] P=esmtp S=9",
        backslashes
      ),
      (
        "HELO of a login", "1xUs4B-000001-01 <= m@evil.example H=(%) [192.0.2.1] \(login) S=9",
        backslashes
      ),
      ("host name", "1xUs4B-000001-01 <= m@evil.example H=% (x) [192.0.2.1] P=esmtp S=9", hostName),
      ("certificate", "\(arrival) P=esmtps X=TLS1.3:C:256 CV=no DN=\"CN=%\" S=9", quoted),
      ("SNI", "\(arrival) P=esmtpsa X=TLS1.3:C:256 CV=no SNI=% A=plain:mallory S=9", vis),
      ("ident", "\(arrival) U=% P=esmtp S=9", hostName),
      ("login", "\(arrival) P=esmtpa A=plain:% S=9 id=1@x", eximLogin),
      ("Message-ID", "\(arrival) P=esmtps X=TLS1.3:C:256 S=9 id=%", vis),
      ("Message-ID of a login", "\(arrival) \(login) S=9 id=%", vis),
      ("subject", "\(arrival) \(login) S=9 id=1@x T=\"%\"", quoted),
      (
        "subject without a login", "\(arrival) P=esmtp S=9 id=1@x T=\"%\" from <m@x> for b@y",
        quoted
      ),
      ("recipient", "\(arrival) P=esmtp S=9 id=1@x from <m@x> for %", address),
      (
        "login that fails",
        "plain authenticator failed for (x) [192.0.2.1]: 535 Incorrect authentication data (set_id=%)",
        backslashes
      ),
      (
        "HELO of one that fails",
        "plain authenticator failed for (%) [192.0.2.1]: 535 Incorrect authentication data (set_id=x)",
        hostName
      ),
      (
        "mechanism",
        "SMTP protocol error in \"AUTH % x\" H=(x) [192.0.2.1] X authentication mechanism not supported",
        backslashes
      ),
      (
        "command",
        "SMTP syntax error in \"%\" H=(x) [192.0.2.1] NULL character(s) present (shown as '?')",
        backslashes
      ),
      ("EHLO", "rejected EHLO from [192.0.2.1]: syntactically invalid argument(s): %", backslashes),
      (
        "recipient refused", "H=(x) [192.0.2.1] F=<a@x> rejected RCPT <%>: relay not permitted",
        address
      ),
      (
        "sender refused", "H=(x) [192.0.2.1] F=<%> rejected RCPT <b@y>: relay not permitted",
        address
      ),
      ("warning", "H=(x) [192.0.2.1] Warning: subject is %", backslashes),
      (
        "reply of another server",
        "1xUs4B-000001-09 => b@y R=r T=remote_smtp H=x [192.0.2.9] X=TLS1.3:C:256 C=\"250 %\"",
        quoted
      ),
      (
        "bounce",
        "1xUs4B-000001-09 ** b@y R=r T=t H=x [192.0.2.9]: SMTP error from remote mail server: 550 %",
        backslashes
      ),
      ("commands", "no MAIL in SMTP connection from (x) [192.0.2.1] D=0s C=EHLO,%", hostName),
      (
        "lost", "unexpected disconnection while reading SMTP command from (%) [192.0.2.1] D=0s",
        backslashes
      ),
    ]
    return fields.flatMap { field, line, escape in
      [
        HostileSlot(server: "exim", field: field, lines: [line], escape: escape, isOwnFile: true),
        HostileSlot(
          server: "exim",
          field: "\(field), syslog",
          lines: ["exim[5]: 2026-11-21 10:00:00 \(line)", "exim[6]: \(line)"],
          escape: escape
        ),
      ]
    }
  }()
}
