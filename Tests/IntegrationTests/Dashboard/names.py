"""Senders that mean harm."""

import urllib.parse

import logs
from browser import Browser
from place import Place
from session import VIEWS, Walk, equal, say


def hostile():
    with Place(logs.bundled(1) + logs.hostile(1)) as place, Browser(
        languages="de-DE,de"
    ) as browser:
        walk = Walk(place, browser)
        equal(browser.script("return document.documentElement.lang"), "de")
        for view in VIEWS + ["#report/volume?search=evil"]:
            walk.view(view)
            equal(
                browser.script(
                    "return document.title.includes('broken') || !!document.querySelector('main"
                    " img, main script')"
                ),
                False,
            )
            equal(browser.script("return document.documentElement.scrollWidth <= innerWidth"), True)
        senders = [
            row["sender"] for row in place.get("/v1/report/volume?search=@evil.example")["rows"]
        ]
        shown = {
            sender.replace("\u202e", "\\u{202E}").replace("\u200b", "\\u{200B}")
            for sender in senders
        }
        equal({row[0] for row in walk.rows()} >= shown, True)
        assert "\u202e" not in browser.script("return document.body.innerText")
        say("markup, reversed text and endless names are shown as text, within the page")
        for sender in senders:
            walk.view("#report/volume?" + urllib.parse.urlencode({"sender": sender}))
            pane = browser.until(
                "the pane is filled",
                "const pane = document.querySelector('dialog[open]'); return pane &&"
                " !pane.querySelector('[aria-busy], .waiting') && pane.innerText.includes('PLAIN')"
                " && pane.innerText",
            )
            assert "broken" not in browser.script("return document.title"), sender
            equal(
                browser.script(
                    "const pane = document.querySelector('dialog'); return pane.scrollWidth <="
                    " pane.clientWidth"
                ),
                True,
            )
            assert "critical" not in pane
        say("each of them opens its details")
        walk.view("#report/volume")
        rows = walk.csv()
        expected = {("'" if sender[0] in "=+-@\t\r" else "") + sender for sender in senders}
        equal({row[0] for row in rows} >= expected, True)
        equal([cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")], [])
        say("no cell of the CSV is a formula")
        walk.quiet()
