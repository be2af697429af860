"""Logs for the daemon behind the dashboard: the bundled one on other days, and names of all kinds."""

import datetime
import lzma
import os

FIXTURE = os.path.join(
    os.path.dirname(__file__),
    "../../DialectsTests/Fixtures/postfix/3.7.11-dovecot-sasl/mail.log.xz",
)


def before_now(form, **ago):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**ago)).strftime(form)


def day(ago):
    return before_now("%Y-%m-%d", days=ago)


def last_hour():
    return before_now("%Y-%m-%dT%H", hours=1)


def bundled(ago):
    """The log of a real server, as if it were of some days ago."""
    with lzma.open(FIXTURE, "rt", encoding="utf-8", errors="surrogateescape") as file:
        return file.read().replace("2026-11-21T", day(ago) + "T")


class Sessions:
    """Sessions of Postfix with one accepted message each."""

    def __init__(self, ago, clock="22:00"):
        self.stamp, self.count, self.lines = f"{day(ago)}T{clock}", 0, []

    def line(self, program, text):
        self.lines.append(
            f"{self.stamp}:{self.count % 60:02d}.000001+00:00 mx1 postfix/{program}: {text}\n"
        )

    def message(self, sender, account=None, tls="TLSv1.3", client="192.0.2.10", recipients=2):
        self.count += 1
        peer, process, queue = (
            f"client.example[{client}]",
            f"submission/smtpd[{4000 + self.count}]",
            f"{0xabc0000000 + self.count:X}",
        )
        self.line(process, f"connect from {peer}")
        if tls:
            self.line(
                process,
                f"Anonymous TLS connection established from {peer}: {tls} with cipher"
                " ECDHE-RSA-AES256-SHA (256/256 bits)",
            )
        self.line(
            process, f"{queue}: client={peer}, sasl_method=PLAIN, sasl_username={account or sender}"
        )
        self.line(
            "qmgr[5]", f"{queue}: from=<{sender}>, size=1000, nrcpt={recipients} (queue active)"
        )
        self.line("qmgr[5]", f"{queue}: removed")
        self.line(process, f"disconnect from {peer} commands=9")

    def brief(self, sender):
        """A message of a session that began before the log: its TLS is unknown."""
        self.count += 1
        queue = f"{0xABC0000000 + self.count:X}"
        process = f"submission/smtpd[{self.count % 9000 + 9}]"
        client = "client=client.example[192.0.2.10], sasl_method=PLAIN"
        self.line(process, f"{queue}: {client}, sasl_username={sender}")
        self.line("qmgr[5]", f"{queue}: from=<{sender}>, size=1000, nrcpt=2 (queue active)")

    def failure(self, account, client="203.0.113.7"):
        self.count += 1
        self.line(
            "submission/smtpd[9]",
            f"warning: unknown[{client}]: SASL LOGIN authentication failed: no,"
            f" sasl_username={account}",
        )

    @property
    def text(self):
        return "".join(self.lines)


def burst(account, client, minutes=1):
    """An account that sends far more than it does otherwise, some minutes ago."""
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)
    log = Sessions(0, before.strftime("%H:%M"))
    log.stamp = before.strftime("%Y-%m-%dT%H:%M")
    for _ in range(55):
        log.message(account, client=client, recipients=30)
    return log.text


HOSTILE = [
    "<img src=x onerror=document.title='broken'>@evil.example",
    "<script>document.title='broken'</script>@evil.example",
    "\u202egro.elpmaxe@evil.example",
    "=cmd|' /c calc'!a0@evil.example",
    "-2+3@evil.example",
    "@at.example",
    "+plus@evil.example",
    '"quoted, comma"@evil.example',
    "a&b=c#d?e%20f@evil.example",
    "x" * 488 + "@evil.example",
    "\u0645\u0631\u062d\u0628\u0627@evil.example",
    "zero\u200bwidth@evil.example",
    "javascript:alert(1)@evil.example",
]


def hostile(ago):
    log = Sessions(ago, "23:10")
    for name in HOSTILE:
        log.message(name, tls="TLSv1")
        log.failure(name)
    return log.text
