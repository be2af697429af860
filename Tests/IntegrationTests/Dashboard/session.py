"""What the walks share: a browser with a session of a dashboard, and how figures are shown."""

import csv
import glob
import io
import os
import time

import logs
from place import poll

VIEWS = [
    "#insight",
    "#report/volume",
    "#report/tls",
    "#cutoff",
    "#failures",
    "#failures?by=network",
    "#alerts",
]
ENTER, ESCAPE, TAB, RIGHT, BACKSPACE = "\ue007", "\ue00c", "\ue004", "\ue014", "\ue003"


def say(sentence):
    print(sentence, flush=True)


def equal(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def number(value):
    return f"{value:,}" if value is not None else "–"


def share(row, version):
    count = row["tls"][version]
    return f"{row['percent'][version]:.1f}% ({count:,})" if count else "–"


class Walk:
    """A browser with a session of a dashboard."""

    def __init__(self, place, browser):
        self.place, self.browser = place, browser
        self.process, self.address = place.dashboard()
        self.origin = self.address.split("/#")[0]
        browser.open(self.address)
        browser.settled()

    def view(self, address):
        self.browser.script("location.hash = arguments[0]", address)
        time.sleep(0.05)
        self.browser.settled()

    def language(self, tag):
        self.browser.script(
            """const select = document.querySelector("[data-key=language]"); select.value = arguments[0];
            select.dispatchEvent(new Event("change"))""",
            tag,
        )
        self.browser.until(
            "the language is another",
            "return document.documentElement.lang === arguments[0] &&"
            " document.activeElement.dataset.key === 'language'",
            tag,
        )
        self.browser.settled()

    def rows(self):
        """The cells of the table of the view."""
        return self.browser.script(
            """return [...document.querySelectorAll("main section:last-of-type tbody tr")]
            .map(row => [...row.cells].map(cell => cell.textContent))"""
        )

    def figures(self):
        """The table that stands beside the first chart."""
        return self.browser.script(
            """return [...document.querySelector("main figure table").tBodies[0].rows]
            .map(row => [...row.cells].slice(1).map(cell => cell.textContent))"""
        )

    def csv(self):
        """The rows of the file that *Download CSV* saves."""
        self.browser.script("document.querySelector('main .actions button').click()")
        name = poll(
            "the file is there",
            lambda: glob.glob(os.path.join(self.browser.downloads, "*.csv")),
        )[0]
        return poll(
            "the file is whole",
            lambda: list(csv.reader(io.open(name, encoding="utf-8-sig", newline=""))),
        )

    def quiet(self):
        """Nothing came to the console, and nothing was asked for elsewhere."""
        equal([one["message"] for one in self.browser.console() if one["level"] != "DEBUG"], [])
        foreign = [
            one
            for one in self.browser.requests()
            if not one.startswith(
                (self.origin + "/", "data:", "blob:", "about:", "chrome:", "devtools:")
            )
        ]
        equal(foreign, [])


def log():
    return logs.bundled(3) + logs.bundled(2) + logs.bundled(1)
