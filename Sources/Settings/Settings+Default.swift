extension Settings {
  /// The commented configuration: every key with its meaning and its default.
  ///
  /// It says nothing by itself. What stands directly behind a # is a default.
  package static let defaultConfiguration = """
    # Submitwatch: who submits mail with SMTP AUTH.
    #
    # All of this is optional. A key that stands directly behind a # shows its default: remove the #
    # and change the value. 'submitwatch check-config' tells whether the file is right;
    # 'systemctl reload submitwatchd' applies it.

    # Where the log lines come from. Without this key the daemon takes the first current log of
    # /var/log/mail.log, /var/log/maillog, /var/log/exim4/mainlog and /var/log/exim/main.log that
    # holds lines of a mail server, else the journal. Do not name two sources with the same lines.
    #
    #   sources:
    #     - file: /var/log/mail.log         # also names with *, ? and [], and %D as Exim has it
    #       olddir: /var/log/old            # where logrotate puts old logs, if not beside it
    #       log-timezone: Europe/Berlin     # of this file's time stamps
    #       year: 2026                      # of its first line, if stamps without one need it
    #     - journal:                        # the system's own journal
    #     - journal:
    #         directory: /var/log/journal/remote   # journals of other hosts
    #         identifiers: [postfix/smtpd, postfix/qmgr]   # besides facility mail, in place of all known
    #     - journal:
    #         namespace: mail               # a namespace of the system's journal
    #
    #sources: []

    # On the first start, also read the rotated logs beside the current one, or the journal from its
    # beginning, so that reports are complete from the first day.
    #backfill: true

    # The zone of the reports' days: a name such as Europe/Berlin, or UTC±HH:MM.
    # Without this key: the system's. If it changes, days that are counted already keep their borders.
    #
    #   timezone: Europe/Berlin

    # The zone of time stamps that name none, for all sources. Without this key: as timezone.
    #
    #   log-timezone: UTC

    # Whether Alice@Example.org and alice@example.org are one account and one sender (fold) or two
    # (keep). Applies to what is counted from then on.
    #account-case: fold

    # How many days are kept: 1 to 730.
    #retention: 90

    # Where the daemon answers. Under systemd, submitwatchd.socket decides; change both.
    #socket: /run/submitwatch/submitwatch.sock

    # Where the counts are kept.
    #database: /var/lib/submitwatch/submitwatch.db

    # How often they are saved: 1s to 1h. After a crash the daemon reads the log again from there,
    # so that nothing is lost or counted twice.
    #save-interval: 10s

    #http:
      # Names by which a browser may reach the socket through a proxy, without port, besides
      # localhost and the loopback addresses. Everything else gets 421.
      #
      #   hosts: [submitwatch.example.org]
      #
      #hosts: []

    #reports:
      # Who may be sent reports that somebody asks for, with 'submitwatch mail-report' or in the
      # dashboard: addresses, or "*@example.org" (with its quotes) for all addresses of a domain.
      # Without any, nobody.
      #allowed-recipients: []
      # Reports that are sent by themselves: weekly on a day about the seven days before it, monthly on
      # a day of the month (29 to 31: the last one of a shorter month) about the month before it.
      # retention must reach back to its first day.
      #
      #   scheduled:
      #     - weekly: monday                # monday to sunday
      #       to: [postmaster@example.org]
      #     - name: customer                # tells it from others; default: weekly or monthly
      #       monthly: 1                    # 1 to 31
      #       time: 07:30                   # in the reports' zone; default: 06:00
      #       to: [office@example.net]
      #       language: de                  # en, de or nl; default: en
      #       domain: example.net           # only this domain's accounts and senders
      #
      #scheduled: []
      # How they are sent: the keys are those of alerts.email. From: submitwatch at this machine.
      #
      #   from: submitwatch@example.org
      #   user: submitwatch
      #   password-file: /etc/submitwatch/smtp-password
      #   ca-file: /etc/ssl/certs/own.pem
      #
      #server: smtp://localhost

    #detection:
      # Each account's own record tells what is usual for it: the most that it ever sent in 10 minutes,
      # an hour and a day, fading by half in 90 days. An alert is raised at so many times that record:
      # 2 to 100. More: fewer false alerts, later ones, and more that is missed.
      #factor: 4
      # What is counted: recipients or messages.
      #unit: recipients
      # More than the record; more than the record from networks that are new to the account; busier
      # than usual for hours on end; more mail refused or bounced than the record.
      #volume: true
      #new-networks: true
      #sustained: true
      #rejections: true
      # A submission behind so many failed logins of the account from so many networks (1 to 8) within
      # a day, from one of these or from a new one.
      #failures-then-success: true
      #failures: 20
      #failure-networks: 3
      # The most that any account may send. Without these keys: no such limit.
      #
      #   cap-per-ten-minutes: 200
      #   cap-per-hour: 500
      #   cap-per-day: 2000

    # Whom alerts are sent to, besides the journal, which always has them. Each place has a name of
    # its own ('name', default: what kind it is): 'submitwatch alerts test NAME' tries it. Names of
    # files may be absolute paths or, of secrets, the service's credentials (LoadCredential=). Only
    # this machine can be reached unless 'systemctl edit submitwatchd' allows more (IPAddressAllow=).
    #
    #   alerts:
    #     webhook:
    #       - name: chat
    #         url: https://hooks.example.org/services/abc
    #         template: /usr/share/submitwatch/alert-templates/slack.mustache   # else the alert's JSON
    #       - name: room
    #         method: PUT                         # {{event}} is percent-encoded, as all that is inserted
    #         url: https://matrix.example.org/_matrix/client/v3/rooms/!abc:example.org/send/m.room.message/{{event}}
    #         token-file: matrix-token            # Authorization: Bearer
    #         template: /usr/share/submitwatch/alert-templates/matrix.mustache
    #       - name: phone
    #         url: https://ntfy.example.org/mail?title=Mail
    #         content-type: text/plain
    #         template: /usr/share/submitwatch/alert-templates/ntfy.mustache
    #         resolved: false                     # not told when an alert is over
    #     alertmanager:
    #       - url: http://localhost:9093
    #     email:
    #       - to: [postmaster@example.org]        # through the mail server of this machine
    #         language: de                        # en (the default), de or nl
    #       - name: on-call
    #         to: [on-call@example.net]
    #         from: submitwatch@example.org
    #         server: smtp://mail.example.net:587 # TLS is required; smtps:// where it comes first
    #         user: submitwatch
    #         password-file: /etc/submitwatch/smtp-password
    #         ca-file: /etc/ssl/certs/own.pem     # also of webhook and alertmanager
    #
    #alerts:
      # How long a place is tried that does not take an alert: 1m to 720h. An alert that it says it
      # will never take, such as with HTTP 400, is given up at once.
      #give-up-after: 72h
      #webhook: []
      #alertmanager: []
      #email: []

    # Bounds of what mail clients control. What passes them is left out or summed up as (other),
    # counted, and shown by 'submitwatch status'.
    #limits:
      # Sessions open at a time, messages that wait to be accepted, and messages for which the log
      # has not yet told whether they came without TLS.
      #sessions: 100000
      #waiting: 1000000
      #undecided: 250000
      # Accounts, and senders of one account on one day.
      #accounts: 1000000
      #senders-per-account-and-day: 4096
      # Names and networks of failed AUTH.
      #failed-names: 250000

    """
}
