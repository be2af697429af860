"""Alerts, and what can go wrong."""

import lzma
import os
import signal

import logs
from browser import Browser
from place import Place
from session import ESCAPE, Walk, equal, log, number, say
from standin import Standin


def alerts():
    with Place(log()) as place, Browser() as browser, Standin(place) as standin:
        place.environment["SUBMITWATCH_SOCKET"] = standin.socket
        walk = Walk(place, browser)
        walk.view("#alerts")
        browser.until(
            "it is said that there are none",
            "return document.querySelector('main').innerText.includes('No alerts')",
        )
        standin.change([standin.alert("1", "firing")])
        browser.until(
            "the alert is there",
            "return document.querySelector('.alert.firing')?.innerText.includes('480')",
        )
        browser.until(
            "the badge has it",
            "return document.querySelector('.badge').innerText.trim().startsWith('1')",
        )
        browser.script("document.querySelector('.alert details').open = true")
        text = browser.find(".alert").text
        for part in [
            "New networks",
            "Critical",
            "192.0.2.0/24",
            "sasl_username=alice@alpha.example",
        ]:
            assert part in text, text
        say("an alert shows by itself, with its evidence")
        walk.language("de")
        equal(
            browser.texts(".alert > p")[0],
            "480 Nachrichten, wo 12 üblich sind.",
        )
        walk.language("en")
        say("its sentence is in the reader's language")
        browser.find(".alert input").type("asked her")
        browser.find("[data-verdict=compromised]").click()
        browser.until(
            "the verdict is shown",
            "return document.querySelector('.alert')?.innerText.includes('Judged compromised')",
        )
        equal(standin.verdicts, [{"id": "1", "verdict": "compromised", "note": "asked her"}])
        standin.change([standin.alert("1", "resolved")])
        browser.until(
            "it is over",
            "return document.querySelector('main').innerText.includes('Nothing is firing now')",
        )
        walk.view("#insight?sender=alice%40alpha.example")
        browser.until(
            "the pane names the alert", "return document.querySelector('dialog[open] .alert')"
        )
        say("a verdict is given, and the end of an alert is seen")
        walk.quiet()
        unknown(walk, standin)
        many_tabs(walk, standin)


def unknown(walk, standin):
    """What the daemon does not tell is not taken for none."""
    walk.view("#insight")
    firing = """
      const facts = document.querySelectorAll(".tile .facts > span");
      const steps = document.querySelector(".todo").innerText.split("\\n");
      return facts[2].innerText.split("\\n")[0] === arguments[0]
        && steps.includes("accounts have alerts now") === arguments[1]"""
    walk.browser.until("no alert fires", firing, "0", False)
    standin.missing = {"/v1/alerts"}
    walk.browser.until("nobody knows what fires", firing, "–", True)
    standin.missing = set()
    walk.browser.until("no alert fires again", firing, "0", False)
    say("alerts that cannot be had are not counted as none")


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


def many_tabs(walk, standin):
    """A browser has six connections for a host, and a page that is not seen keeps none."""
    browser = walk.browser
    walk.view("#alerts")
    first = browser.window()
    for _ in range(7):
        browser.new_tab()
        browser.open(walk.origin + "/#alerts")
        browser.settled()
    browser.show_tab(first)
    standin.change([standin.alert("2", "firing")])
    browser.until("a new alert is there", "return document.querySelector('.alert.firing')")
    say("however many tabs are open, each that is seen has its figures")


LOOKS = """
window.looks = { folded: 0, open: 0 };
const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollLeft");
Object.defineProperty(Element.prototype, "scrollLeft", {
  get() {
    window.looks[this.closest("details:not([open])") ? "folded" : "open"] += 1;
    return get.call(this);
  },
  set,
});"""


def crowd():
    with Place(log()) as place, Browser() as browser, Standin(place) as standin:
        names = [str(count) for count in range(1, 121)]
        standin.alerts = [standin.alert("0", "firing")]
        standin.alerts += [standin.alert(name, "resolved") for name in names]
        place.environment["SUBMITWATCH_SOCKET"] = standin.socket
        walk = Walk(place, browser)

        walk.view("#alerts")
        for first in [0, 50, 100]:
            browser.until(
                f"the alerts from {first} are shown",
                "return String([...document.querySelectorAll('article')].map(one =>"
                " one.dataset.alert)) === String(arguments[0])",
                ["0"] + names[first : first + 50],
            )
            browser.script("document.querySelector('[data-key=next]').click()")
        assert "cursor=" in browser.script("return location.hash")
        say("past alerts come in pages")
        browser.script("document.querySelector('.firing summary').click()")
        browser.script(LOOKS)
        standin.change([standin.alert("0", "resolved")] + standin.alerts[1:])
        browser.until("it is over", "return !document.querySelector('.alert.firing')")
        equal(browser.script("return window.looks"), {"folded": 0, "open": 1})
        say("what is folded up is not looked into when alerts change")
        walk.quiet()


def burst():
    with Place(log()) as place, Browser() as browser:
        walk = Walk(place, browser)
        walk.view("#alerts")
        browser.until(
            "it is said that none fires",
            "return document.querySelector('main').innerText.includes('Nothing is firing now')",
        )
        browser.script("window.isOnePage = true")
        place.append(logs.burst("alice@alpha.example", "198.51.100.7", minutes=3))
        browser.until("the alert is there", "return document.querySelector('.alert.firing')")
        equal(browser.script("return window.isOnePage"), True)
        alert = place.ask("alerts")["rows"][0]
        equal((alert["account"], alert["state"]), ("alice@alpha.example", "firing"))
        assert alert["evidence"], alert
        browser.script("document.querySelector('.alert summary').click()")
        browser.until(
            "the figures are the daemon's",
            "const text = document.querySelector('.alert').innerText;"
            " return arguments[0].every(one => text.includes(one))",
            [alert["text"], "198.51.100.0/24", *alert["evidence"]],
        )
        grows(walk, alert["count"])
        walk.language("de")
        assert "Kennwort ändern" in browser.texts(".alert > p")[0]
        walk.language("en")
        walk.view("#insight")
        browser.until(
            "the tile has it",
            "return document.querySelector('.tile .firing')?.innerText.startsWith('1')",
        )
        say("a burst in the log shows by itself as an alert, with the lines that it stands on")
        keeps_note(walk)
        walk.view("#alerts")
        browser.find(".alert input").type("phished")
        browser.find("[data-verdict=compromised]").click()
        verdict = "return document.querySelector('.alert .verdict')?.innerText.includes('Judged')"
        browser.until("the verdict is shown", verdict)
        browser.script("location.reload()")
        browser.until("the page is another", "return !window.isOnePage")
        browser.until("the verdict is shown again", verdict)
        assert "phished" in browser.find(".alert .verdict").text
        equal(place.ask("alerts")["rows"][0]["verdict"]["note"], "phished")
        say("a verdict given by click is there when the page comes again")
        walk.quiet()
        hangs(walk)
        comes_back(walk)


def grows(walk, count):
    """What fires goes on, which is no event: the page shows it all the same."""
    walk.place.append(logs.burst("alice@alpha.example", "198.51.100.7"))
    walk.browser.until(
        "the figures have grown",
        "const found = document.querySelector('.alert p')?.innerText.match(/sent to (\\d+)/);"
        " return found && Number(found[1]) > arguments[0]",
        count,
    )
    equal(walk.browser.script("return document.querySelector('.alert details').open"), True)


def hangs(walk):
    """A daemon that takes the questions and answers none is away, too."""
    browser, daemon = walk.browser, walk.place.processes[0]
    # Half a minute is long for a test.
    browser.script(
        "const { timeout } = AbortSignal;"
        " AbortSignal.timeout = () => timeout.call(AbortSignal, 2000)"
    )
    for view, there in [("#insight", ".tile"), ("#alerts", ".alert")]:
        walk.view(view)
        daemon.send_signal(signal.SIGSTOP)
        try:
            browser.until(
                f"{view} says that nothing is answered",
                "return document.querySelector('main .note.critical')?.innerText"
                ".includes('cannot be reached')",
            )
        finally:
            daemon.send_signal(signal.SIGCONT)
        browser.until(
            f"{view} is itself again",
            "return !document.querySelector('main .note.critical') &&"
            " document.querySelector(arguments[0])",
            there,
        )
    say("a daemon that does not answer is said, and its return is seen")


def comes_back(walk):
    """However often it is tried again meanwhile, the page follows one stream in the end."""
    walk.place.processes[0].terminate()
    walk.place.processes[0].wait()
    for _ in range(3):
        walk.browser.until(
            "it is said that there are no alerts to be had",
            "const button = document.querySelector('.note.critical button');"
            " button?.click(); return button",
        )
    walk.place.start("submitwatchd", "--config", walk.place.path("submitwatch.yaml"))
    walk.place.caught_up()
    walk.browser.requests()
    walk.browser.until("the alerts are there again", "return document.querySelector('.alert')")
    streams = [one for one in walk.browser.requests() if one.endswith("/v1/alerts/stream")]
    assert len(streams) <= 1, streams
    say("alerts come again when the daemon does")


def keeps_note(walk):
    """The pane of a sender asks for its figures again and again, also while a note is written."""
    walk.view("#insight?sender=alice%40alpha.example")
    note = "dialog[open] .alert input"
    walk.browser.until("the pane has the alert", f"return document.querySelector('{note}')")
    walk.browser.find(note).type("asked ")
    walk.browser.requests()
    walk.place.append(logs.burst("alice@alpha.example", "198.51.100.8"))
    asked = 0
    while asked < 2:
        asked += sum("/v1/sender?" in one for one in walk.browser.requests())
    walk.browser.find(note).type("her")
    equal(walk.browser.script(f"return document.querySelector('{note}').value"), "asked her")
    say("a note that is being written stays while the figures change")
    walk.browser.press(ESCAPE)
    walk.browser.until(
        "the address no longer names the sender", "return !location.hash.includes('sender')"
    )


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
        say("empty and wrong questions are answered")
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
