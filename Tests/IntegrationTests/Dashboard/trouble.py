"""What can go wrong, and how the page says it."""

import lzma
import os

import logs
from browser import Browser
from place import Place
from session import ESCAPE, Walk, equal, number, say
from standin import Standin


def states():
    fixture = os.path.join(
        os.path.dirname(logs.FIXTURE), "../3.7.11-tls-loglevel-0/mail.rfc5424.log.xz"
    )
    with lzma.open(fixture, "rt", encoding="utf-8", errors="surrogateescape") as file:
        # TLS that is not logged is news for a day: the log's hour is the last one.
        text = file.read().replace("2026-11-21T20", logs.last_hour())
    with Place(text) as place, Browser() as browser, Standin(place) as standin:
        place.environment["SUBMITWATCH_SOCKET"] = standin.socket
        standin.missing = {"/dashboard/chart.js"}
        walk = Walk(place, browser)
        note = browser.find("[data-code=tls-not-logged]").text
        for part in ["TLS is not logged", "smtpd_tls_loglevel = 1", "postfix reload"]:
            assert part in note, note
        for tag, sentence in [
            ("de", "in main.cf 'smtpd_tls_loglevel = 1' setzen und 'postfix reload' ausführen"),
            ("nl", "zet 'smtpd_tls_loglevel = 1' in main.cf en voer 'postfix reload' uit"),
        ]:
            walk.language(tag)
            browser.until(
                "it is said in the language",
                "return document.querySelector('[data-code=tls-not-logged]')?.innerText"
                ".includes(arguments[0])",
                sentence,
            )
        walk.language("en")
        say("what to do where TLS is not logged is said, in each language")
        text = browser.until(
            "the absence of charts is said",
            "const one = document.querySelector('figure .note'); return one?.innerText",
        )
        assert "apt install libjs-chart.js" in text, text
        equal(walk.figures(), [[number(day["messages"])] for day in place.ask()["days"]])
        equal(
            browser.script("return document.querySelector('figure table').checkVisibility()"), True
        )
        browser.script("document.querySelector('figure summary').click()")
        browser.requests()
        asked = 0
        while asked < 2:
            asked += sum("/v1/insight?" in one for one in browser.requests())
        equal(browser.script("return document.querySelector('figure details').open"), False)
        say("without Chart.js the page says so, and has its tables")
        walk.view(f"#report/volume?start={logs.day(9)}&end={logs.day(9)}")
        assert "No messages in this period" in browser.find("main").text
        walk.view("#report/volume?search=nobody-has-this-name")
        assert "No address matches" in browser.find("main").text
        walk.view("#report/volume?start=2026-02-31&end=2026-03-01")
        assert "start cannot be '2026-02-31'" in browser.find(".note.critical").text
        walk.view("#toString")
        equal(browser.texts("h1"), ["SMTP Auth clients"])
        wrong_period(walk)
        say("empty and wrong questions are answered")
        walk.view("#report/volume?days=730")
        assert logs.day(729)[:4] in browser.texts("figure tbody th")[0]
        kept = "There are figures since"
        assert kept in browser.find("main .note").text
        walk.view("#failures?days=90")
        equal([one for one in browser.texts("main .note") if kept in one], [])
        walk.view("#failures?days=91")
        assert kept in browser.find("main .note").text
        say("of years the days are told with theirs")
        wordless(walk, standin)
        walk.view("#cutoff")
        place.processes[0].terminate()
        place.processes[0].wait()
        browser.until(
            "it is said that the daemon is gone",
            "return document.querySelector('.note.critical button')",
        )
        place.start("submitwatchd", "--config", place.path("submitwatch.yaml"))
        place.caught_up()
        browser.until(
            "the page is itself again",
            "return !document.querySelector('.note.critical') && document.querySelector('main h1')",
        )
        say("a daemon that is away is said, and its return is seen")
        browser.devtools("Network.clearBrowserCookies", {})
        browser.until(
            "the session is over",
            "return document.querySelector('main').innerText.includes('submitwatch dashboard')",
        )
        say("a session that is over says how to open another")
        walk.process.terminate()
        walk.process.wait()
        _, address = place.dashboard("--port", walk.origin.rsplit(":", 1)[1])
        browser.script("location.href = arguments[0]", address)
        browser.until("the page is itself again", "return document.querySelector('main .rows')")
        assert "token" not in browser.script("return location.href")
        say("the next address opens the page in the same tab")


def wrong_period(walk):
    """What is wrong with a question is gone with it, and a report can be asked for all the same."""
    browser = walk.browser
    walk.view("#report/volume?days=9999")
    notes = "return document.querySelectorAll('main .note.critical').length === arguments[0]"
    browser.until("the report is refused", notes, 1)
    download, request = "main .actions button", "main .actions button:not([hidden]) + button"
    browser.find(download).click()
    browser.until("the file is, too", notes, 2)
    browser.until("reports are sent here", f"return document.querySelector('{request}')")
    browser.find(request).click()
    browser.until("the form is there", "return document.querySelector('dialog[open] textarea')")
    browser.press(ESCAPE)
    walk.view("#report/volume?days=30")
    browser.until("nothing is wrong", notes, 0)


def wordless(walk, standin):
    """Without its terms the page says so in plain English."""
    standin.missing.add("/dashboard/en.json")
    walk.browser.script("location.reload()")
    text = walk.browser.until(
        "it is said", "return document.querySelector('[role=alert]')?.innerText"
    )
    assert "The page cannot be shown.\nHTTP 404" in text, text
    standin.missing.discard("/dashboard/en.json")
    walk.browser.find("[role=alert] button").click()
    walk.browser.until("the page is itself again", "return document.querySelector('main h1')")
    say("a page without its terms says so, and can be loaded again")
