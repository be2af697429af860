// As `HostileSlot+Servers.swift`, of the servers that have fewer fields.
extension HostileSlot {
  // MARK: Sendmail

  static let sendmail: [HostileSlot] = {
    let relay = "relay=[192.0.2.1]"
    let end = "proto=ESMTPSA, daemon=MSA, \(relay)"
    let fields: [(String, String, @Sendable (String) -> String)] = [
      (
        "sender", "6ALD01aa000601: from=<%>, size=9, class=0, nrcpts=1, msgid=<1@x>, \(end)",
        sendmailAddress
      ),
      (
        "sender without a login",
        "6ALD01aa000602: from=<%>, size=9, class=0, nrcpts=1, msgid=<1@x>, proto=ESMTP, daemon=MTA, \(relay)",
        sendmailAddress
      ),
      (
        "Message-ID", "6ALD01aa000601: from=<m@x>, size=9, class=0, nrcpts=1, msgid=<%>, \(end)",
        backslashes
      ),
      (
        "Message-ID without a login",
        "6ALD01aa000602: from=<m@x>, size=9, class=0, nrcpts=1, msgid=<%>, proto=ESMTP, daemon=MTA, \(relay)",
        backslashes
      ),
      ("login", "AUTH=server, \(relay), authid=%, mech=PLAIN, bits=0", xtext),
      (
        "login that fails",
        "6ALD01aa000601: AUTH failure (PLAIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user=%, \(relay)",
        backslashes
      ),
      (
        "unknown login",
        "6ALD01aa000601: AUTH failure (CRAM-MD5): user not found (-20) SASL(-13): user not found: user: % property: userPassword not found in sasldb, user=%, \(relay)",
        backslashes
      ),
      ("unknown recipient", "6ALD01aa000601: <%>... User unknown", sendmailAddress),
      (
        "recipient refused",
        "6ALD01aa000601: ruleset=check_rcpt, arg1=<%>, \(relay), reject=550 5.7.1 <%>... Relaying denied",
        sendmailAddress
      ),
      ("command", "6ALD01aa000601: <-- %", backslashes),
      ("answer", "6ALD01aa000601: --- 250 %", backslashes),
      (
        "certificate", "STARTTLS=server, cert-subject=/CN=%, cert-issuer=/CN=%, verifymsg=ok", xtext
      ),
      ("header of a filter", "6ALD01aa000601: Milter insert (1): header: X-Spam: %", backslashes),
      (
        "reason of a filter", "6ALD01aa000601: Milter: from=<%>, reject=550 5.7.1 %",
        sendmailAddress
      ),
      (
        "reply of another server",
        "6ALD01aa000601: to=<b@y>, delay=00:00:01, mailer=esmtp, pri=1, relay=x [192.0.2.9], dsn=2.0.0, stat=Sent (%)",
        backslashes
      ),
      (
        "recipient of a delivery",
        "6ALD01aa000601: to=<%>, delay=00:00:01, mailer=esmtp, pri=1, relay=x [192.0.2.9], dsn=2.0.0, stat=Sent (ok)",
        sendmailAddress
      ),
      (
        "host name",
        "6ALD01aa000601: % [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MSA",
        hostName
      ),
      ("lost", "6ALD01aa000601: lost input channel from % [192.0.2.1] to MSA after data", hostName),
    ]
    return fields.map { field, line, escape in
      HostileSlot(
        server: "sendmail",
        field: field,
        lines: [
          "sm-mta[601]: STARTTLS=server, \(relay), version=TLSv1.3, verify=NO, cipher=C, bits=256/256",
          "sm-mta[601]: AUTH=server, \(relay), authid=mallory, mech=PLAIN, bits=0",
          "sm-mta[\(line.contains("proto=ESMTP,") ? "602" : "601")]: \(line)",
          "sm-mta[601]: 6ALD01aa000609: from=<m@x>, size=9, class=0, nrcpts=1, msgid=<9@x>, \(end)",
        ],
        escape: escape
      )
    }
  }()

  // MARK: OpenSMTPD

  static let openSMTPD: [HostileSlot] = {
    let id = "caa733b0f4822f01"
    let fields: [(String, String, @Sendable (String) -> String)] = [
      ("login", "\(id) smtp authentication user=% result=ok", vis),
      ("login that fails", "\(id) smtp authentication user=% result=permfail", vis),
      (
        "login of 6.0",
        "\(id) smtp event=authentication user=% address=192.0.2.1 host=x result=permfail", vis
      ),
      (
        "command", "\(id) smtp failed-command command=\"%\" result=\"500 5.5.1 Invalid command\"",
        vis
      ),
      (
        "command with blanks",
        "\(id) smtp failed-command command=\"EHLO %\" result=\"501 5.5.4 Invalid command arguments\"",
        lineEnds
      ),
      (
        "AUTH", "\(id) smtp failed-command command=\"AUTH %\" result=\"500 5.5.2 Syntax error\"",
        lineEnds
      ),
      (
        "command of 5.4",
        "smtp-in: Failed command on session \(id): \"EHLO %\" => 501 5.5.4 Invalid", lineEnds
      ),
      ("login of 5.4", "smtp-in: Authentication failed for user % on session \(id)", vis),
      ("recipient", "\(id) smtp envelope evpid=c9b236de5d0e4161 from=<m@x> to=<%>", vis),
      ("host name", "caa733b0f4822f03 smtp connected address=192.0.2.1 host=%", hostName),
      (
        "reply of another server",
        "caa733b0f4822f09 mta delivery evpid=c9b236de5d0e4161 from=<m@x> to=<b@y> rcpt=<-> source=\"1\" relay=\"x\" delay=0s result=\"Ok\" stat=\"250 %\"",
        lineEnds
      ),
    ]
    return fields.map { field, line, escape in
      HostileSlot(
        server: "opensmtpd",
        field: field,
        lines: [
          "smtpd[1]: \(id) smtp connected address=192.0.2.1 host=x",
          "smtpd[1]: \(id) smtp tls ciphers=TLSv1.3:C:256",
          "smtpd[1]: \(id) smtp authentication user=mallory result=ok",
          "smtpd[1]: \(id) smtp message msgid=c9b236de size=9 nrcpt=1 proto=ESMTP",
          "smtpd[1]: \(line)",
          "smtpd[1]: \(id) smtp envelope evpid=c9b236de5d0e4162 from=<m@x> to=<b@y>",
          "smtpd[1]: \(id) smtp disconnected reason=quit",
        ],
        escape: escape
      )
    }
  }()

  // MARK: Dovecot

  static let dovecot: [HostileSlot] = {
    let tail = "method=PLAIN, rip=192.0.2.1, lip=192.0.2.9, TLS, session=<s2>"
    let fields: [(String, String, String, @Sendable (String) -> String)] = [
      (
        "login that fails", "submission-login",
        "Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<%>, \(tail)",
        questionMarks
      ),
      (
        "login that fails, 2.4", "submission-login",
        "Login aborted: Logged out (auth failed, 1 attempts in 1 secs) (auth_failed): user=<%>, \(tail)",
        questionMarks
      ),
      (
        "login of the database", "auth", "passwd-file(%,192.0.2.1,<s2>): Password mismatch",
        questionMarks
      ),
      (
        "password", "auth", "passwd-file(x,192.0.2.1,<s2>): Password mismatch (given password: %)",
        questionMarks
      ),
      (
        "sender", "submission(mallory)<5><s1>",
        "Successfully relayed message: from=<%>, size=9, id=BBBBBBBBBBBBBBBBBBBBBB, nrcpt=1, reply=`250 ok'",
        address
      ),
      (
        "recipient", "submission(mallory)<5><s1>",
        "Successfully relayed message: from=<m@x>, to=<%>, size=9, id=BBBBBBBBBBBBBBBBBBBBBB, rcpt=1/1, reply=`250 ok'",
        address
      ),
      (
        "reply of the next server", "submission(mallory)<5><s1>",
        "Successfully relayed message: from=<m@x>, size=9, id=BBBBBBBBBBBBBBBBBBBBBB, nrcpt=1, reply=`250 %'",
        questionMarks
      ),
      (
        "failed relaying", "submission(mallory)<5><s1>",
        "Failed to relay message: from=<%>, size=9, nrcpt=1, reply=`550 %'", address
      ),
      (
        "end", "submission(mallory)<5><s1>", "Disconnected: Logged out (state=READY: %) in=1 out=1",
        questionMarks
      ),
      (
        "login of IMAP", "imap-login",
        "Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<%>, \(tail)",
        questionMarks
      ),
    ]
    let login =
      "Login: user=<mallory>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9, mpid=5, TLS, TLSv1.3 with cipher C (256/256 bits), session=<s1>"
    let message =
      "Successfully relayed message: from=<m@x>, size=9, id=AAAAAAAAAAAAAAAAAAAAAA, nrcpt=1, reply=`250 ok'"
    return fields.flatMap { field, process, line, escape in
      let lines = [
        ("submission-login", login), (process, line), ("submission(mallory)<5><s1>", message),
      ]
      return [
        HostileSlot(
          server: "dovecot",
          field: field,
          lines: lines.map { "dovecot: \($0): \($1)" },
          escape: escape
        ),
        HostileSlot(
          server: "dovecot",
          field: "\(field), own file",
          lines: lines.map { "\($0): Info: \($1)" },
          escape: escape,
          isOwnFile: true
        ),
      ]
    }
  }()

  // MARK: Courier, qpsmtpd

  static let courier: [HostileSlot] = {
    let id = "000000000000007D.000000006B020236.00000101"
    let error = "courieresmtpd: error,relay=::ffff:192.0.2.1,port=4"
    let fields: [(String, String, @Sendable (String) -> String)] = [
      ("HELO", "courierd: newmsg,id=\(id): dns; % ([::ffff:192.0.2.1])", lineEnds),
      ("host name", "courierd: newmsg,id=\(id): dns; x (% [::ffff:192.0.2.1])", hostName),
      (
        "HELO of a login", "courierd: newmsg,id=\(id), auth=mallory: dns; % ([::ffff:192.0.2.1])",
        lineEnds
      ),
      ("sender", "courierd: started,id=\(id),from=<%>,module=esmtp,host=x,addr=<b@y>", address),
      ("recipient", "courierd: started,id=\(id),from=<m@x>,module=esmtp,host=x,addr=<%>", address),
      (
        "login that fails",
        "\(error),msg=\"535 Authentication failed.\",cmd: AUTH LOGIN dmljdGlt %", lineEnds
      ),
      ("command", "\(error),msg=\"502 ESMTP command error\",cmd: %", lineEnds),
      ("sender refused", "\(error),from=<%>: 517 Syntax error.", address),
      (
        "reply of another server",
        "courieresmtp: id=\(id),from=<m@x>,addr=<b@y>,size=9,success: delivered: % [192.0.2.9]",
        lineEnds
      ),
    ]
    return fields.map { field, line, escape in
      HostileSlot(
        server: "courier",
        field: field,
        lines: [
          line,
          "courierd: newmsg,id=000000000000007E.000000006B020236.00000102, auth=mallory: dns; x ([192.0.2.1])",
          "courierd: started,id=000000000000007E.000000006B020236.00000102,from=<m@x>,module=esmtp,host=x,addr=<b@y>",
        ],
        escape: escape
      )
    }
  }()

  static let qpsmtpd: [HostileSlot] = {
    let fields: [(String, String, @Sendable (String) -> String)] = [
      ("EHLO", "dispatching EHLO %", lineEnds),
      ("command", "dispatching %", lineEnds),
      ("password", "dispatching AUTH PLAIN %", lineEnds),
      ("sender", "dispatching MAIL FROM:<%>", address),
      ("sender's answer", "250 <%>, sender OK - how exciting to get mail from you!", address),
      ("recipient", "dispatching RCPT TO:<%>", address),
      ("recipient's answer", "250 <%>, recipient ok", address),
      ("login that fails", "535 PLAIN authentication failed for % - auth_flat_file", lineEnds),
      ("mechanism", "504 Unimplemented authentification mechanism: %", lineEnds),
      ("no such login", "fail: no such user: %", lineEnds),
      ("unknown command", "500 Unrecognized command: %", lineEnds),
      ("host name", "250-mx1.example.net Hi % [192.0.2.1]", hostName),
    ]
    return fields.map { field, line, escape in
      HostileSlot(
        server: "qpsmtpd",
        field: field,
        lines: [
          "Connection from x [192.0.2.1]",
          "235 PLAIN authentication successful for mallory - auth_flat_file",
          "dispatching MAIL FROM:<m@x>", line, "250 queued as 8cea0ff2", "click, disconnecting",
        ].map { "qpsmtpd[3]: \($0)" },
        escape: escape
      )
    }
  }()
}
