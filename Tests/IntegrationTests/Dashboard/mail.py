"""The report by e-mail, asked for on the page."""

import csv
import email
import email.policy
import io
import socketserver
import threading

import logs
from browser import Browser
from place import Place, poll
from session import Walk, equal, log, say

SETTINGS = """reports:
  allowed-recipients: ["*@alpha.example"]
  server: smtp://127.0.0.1:{port}
"""


class Mailbox:
    """A mail server on a loopback port that keeps what it takes, RFC 5321."""

    def __init__(self):
        self.mails = mails = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                recipients = []
                self.say("220 mail.example ESMTP")
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"RCPT":
                        recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                    if word == b"DATA":
                        self.say("354 go on")
                        mails.append((recipients, self.text()))
                    self.say("221 bye" if word == b"QUIT" else "250 ok")
                    if word == b"QUIT":
                        return

            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def text(self):
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b".") else line)
                return b"".join(lines)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def ask_for(browser, recipients):
    """Opens the form and sends it; what the page says then."""
    browser.script("[...document.querySelectorAll('main .actions button')].at(-1).click()")
    browser.until("the form is there", "return document.querySelector('dialog[open] textarea')")
    browser.find("dialog textarea").type(recipients)
    browser.find("dialog button.main").click()
    found = browser.until(
        "there is an outcome",
        "return document.querySelector('dialog [role=status], dialog [role=alert]')?.innerText",
    )
    browser.script("document.querySelector('dialog').close()")
    return found


def request():
    with Mailbox() as mailbox, Place(
        log(), SETTINGS.format(port=mailbox.port)
    ) as place, Browser(languages="de-DE,de") as browser:
        walk = Walk(place, browser)
        walk.view(f"#report/volume?start={logs.day(2)}&end={logs.day(1)}&domain=alpha.example")
        assert "x@evil.example" in ask_for(browser, "x@evil.example")
        equal(mailbox.mails, [])
        say("a report to who may not have it is refused, and says why")
        outcome = ask_for(browser, "boss@alpha.example, office@alpha.example")
        mails = poll("the mails are there", lambda: len(mailbox.mails) == 2 and mailbox.mails)
        equal(
            sorted(recipient for recipients, _ in mails for recipient in recipients),
            ["boss@alpha.example", "office@alpha.example"],
        )
        assert outcome, outcome
        message = email.message_from_bytes(mails[0][1], policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        assert "TLS-Verwendung" in text and "alpha.example" in text.splitlines()[1], text
        files = {part.get_filename(): part for part in message.iter_attachments()}
        volume = next(part for name, part in files.items() if "volume" in name)
        table = list(csv.reader(io.StringIO(volume.get_content().lstrip("\ufeff"))))
        report = place.ask(
            "report", "volume", "--start", logs.day(2), "--end", logs.day(1),
            "--domain", "alpha.example",
        )  # fmt: skip
        equal(
            [row[:3:2] for row in table[1:]],
            [[row["sender"], str(row["messages"])] for row in report["rows"]],
        )
        say("a report of the view comes by e-mail, in the page's language, to each recipient")
        # A request that is refused is an error on the browser's console too.
        refused = [one for one in browser.console() if one["level"] != "DEBUG"]
        assert all("mail-report" in one["message"] for one in refused), refused
