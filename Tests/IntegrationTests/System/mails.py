#!/usr/bin/env python3
"""Report mails, read as a mail program reads them, against what the command line says.

mails.py check RECIPIENT LANGUAGE FOLDER FILE...   each FILE, a mail or a mailbox, has mails to
                         RECIPIENT; the last has the figures of FOLDER: insight.json, volume.csv, tls.csv
mails.py count FILE      how many mails there are
mails.py html FILE       the last one's HTML
"""

import csv
import email
import email.policy
import email.utils
import html.parser
import io
import json
import mailbox
import re
import sys
import time

TITLES = {
    "en": "SMTP Auth clients",
    "de": "SMTP-Authentifizierungsclients",
    "nl": "SMTP Auth-clients",
}
VOID = {"meta", "br", "img", "hr", "link", "input"}
INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def mails(path):
    with open(path, "rb") as file:
        content = file.read()
    if content.startswith(b"From "):
        return [
            email.message_from_bytes(bytes(mail), policy=email.policy.default)
            for mail in mailbox.mbox(path)
        ]
    return [email.message_from_bytes(content, policy=email.policy.default)] if content else []


class Page(html.parser.HTMLParser):
    """The rows of a page's tables, and what a mail must not have."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.open, self.cells, self.wrong = [], [], None, []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "link", "img", "iframe", "form", "object"):
            self.wrong.append(f"<{tag}>")
        for name, value in attributes:
            if name.startswith("on") or "url(" in (value or "") or name in ("src", "href"):
                self.wrong.append(f"{name}={value}")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cells = ""

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")
        if tag in ("td", "th") and self.cells is not None:
            self.rows[-1].append(self.cells.replace("\xa0", " ").strip())
            self.cells = None

    def handle_data(self, data):
        if self.cells is not None:
            self.cells += data


def number(language, value):
    text = f"{value:,}"
    return text if language == "en" else text.replace(",", ".")


def share(language, percent, count):
    text = f"{percent:.1f}"
    if language != "en":
        text = text.replace(".", ",")
    return f"{text}{' ' if language == 'de' else ''}% ({number(language, count)})"


def equal(found, expected, what):
    if found != expected:
        sys.exit(f"{what}: {found!r} in place of {expected!r}")


def shown(name):
    """A name as pages show it: what cannot be seen is escaped."""
    return re.sub(INVISIBLE, lambda sign: f"\\u{{{ord(sign[0]):X}}}", name)


def check_head(mail, recipient, language):
    equal(mail["To"], recipient, "To")
    equal(mail["Auto-Submitted"], "auto-generated", "Auto-Submitted")
    equal(mail["Content-Language"], language, "Content-Language")
    assert str(mail["Subject"]).startswith(TITLES[language]), mail["Subject"]
    assert re.fullmatch(r"<report-\d+@[a-zA-Z0-9.-]+>", mail["Message-ID"]), mail["Message-ID"]
    assert mail["From"].addresses[0].username, mail["From"]
    assert abs(email.utils.parsedate_to_datetime(mail["Date"]).timestamp() - time.time()) < 3600
    assert mail["Bcc"] is None and mail["Cc"] is None, mail.keys()
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"):
        equal(len(mail.get_all(name)), 1, name)
    for part in mail.walk():
        equal(part.defects, [], f"defects of {part.get_content_type()}")
    types = [part.get_content_type() for part in mail.walk()]
    text = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html"]
    equal(types, text + ["text/csv"] * 2, "parts")
    for part in list(mail.walk())[2:]:
        equal(part.get_content_charset(), "utf-8", "charset")
    for line in mail.as_bytes().splitlines():
        assert len(line) <= 998, "a line is too long, RFC 5322, 2.1.1"


def check_figures(mail, language, folder):
    # A mailbox has the lines' ends of its system, a mail on its way those of RFC 5322.
    plain, page = (
        mail.get_body((form,)).get_content().replace("\r\n", "\n").replace("\xa0", " ")
        for form in ("plain", "html")
    )
    equal(Page(page).wrong, [], "HTML")
    assert "\r" not in plain and not INVISIBLE.search(plain + page), "invisible characters"
    with open(f"{folder}/insight.json", encoding="utf-8") as file:
        insight = json.load(file)
    total = insight["total"]
    rows = [[cell for cell in row if cell] for row in Page(page).rows]
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    for form in (str(mail["Subject"]), plain, page):
        assert number(language, total["messages"]) in form, (total, form)
        assert number(language, total["accounts"]) in form, (total["accounts"], form)
    with open(f"{folder}/tls.csv", encoding="utf-8", newline="") as file:
        senders = list(csv.DictReader(file))
    used = [name for name in list(senders[0])[3:] if any(int(row[name]) for row in senders)]
    for row in senders[:20]:
        messages = int(row["messages"])
        shares = [
            share(language, round(int(row[name]) * 1000 / messages) / 10, int(row[name]))
            if int(row[name]) else "–"
            for name in used
        ]
        cells = [shown(row["sender"]), number(language, messages), *shares]
        assert any(cells == found for found in rows), (cells, rows)
        line = " ".join(" ".join(cells).split())
        assert line in lines, (line, lines)


def check_files(mail, folder):
    files = {part.get_filename(): part for part in mail.iter_attachments()}
    for view in ("volume", "tls"):
        names = [name for name in files if re.fullmatch(rf"smtp-auth-{view}-[0-9-]+\.csv", name)]
        equal(len(names), 1, f"files named {view}")
        part = files[names[0]]
        equal(part.get_content_disposition(), "attachment", "disposition")
        found = list(csv.reader(io.StringIO(part.get_content())))
        with open(f"{folder}/{view}.csv", encoding="utf-8", newline="") as file:
            expected = [
                [f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in row]
                for row in csv.reader(file)
            ]
        equal(found, expected, names[0])


def main():
    command, *arguments = sys.argv[1:]
    if command == "count":
        print(len(mails(arguments[0])))
    elif command == "html":
        print(mails(arguments[0])[-1].get_body(("html",)).get_content())
    else:
        recipient, language, folder, *paths = arguments
        found = [mail for path in paths for mail in mails(path)]
        for mail in found:
            check_head(mail, recipient, language)
        identifiers = [mail["Message-ID"] for mail in found]
        equal(len(set(identifiers)), len(identifiers), "different Message-IDs")
        check_figures(found[-1], language, folder)
        check_files(found[-1], folder)


main()
