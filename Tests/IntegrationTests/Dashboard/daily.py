"""Alerts, as they come and go."""

import signal

import logs
from browser import Browser
from place import Place
from session import ENTER, ESCAPE, Walk, equal, log, say
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
        equal(browser.script("return document.querySelector('.alert details').open"), True)
        walk.language("en")
        say("its sentence is in the reader's language")
        browser.find(".alert input").type("asked her")
        browser.script("document.querySelector('[data-verdict=compromised]').focus()")
        browser.press(ENTER)
        browser.until(
            "the verdict is shown",
            "return document.querySelector('.alert')?.innerText.includes('Judged compromised')",
        )
        equal(browser.script("return document.activeElement.dataset.key"), "alert-1")
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
        refused(walk, standin)
        unknown(walk, standin)
        many_tabs(walk, standin)


def refused(walk, standin):
    """As nginx does it, which lets nobody POST."""
    standin.change([standin.alert("2", "resolved")])
    walk.view("#alerts")
    standin.isBarred = True
    walk.browser.until("it is there", "return document.querySelector('[data-alert=\"2\"]')")
    walk.browser.find("[data-verdict=legitimate]").click()
    walk.browser.until(
        "it is said",
        "return document.querySelector('.note.critical')?.innerText.includes('lets you read only')",
    )
    standin.change([standin.alert("3", "resolved"), standin.alert("2", "resolved")])
    walk.browser.until("another is there", "return document.querySelector('[data-alert=\"3\"]')")
    equal(len(walk.browser.texts("[data-alert='2'] .note.critical")), 1)
    say("a verdict that is refused says why, also when another alert comes")


def unknown(walk, standin):
    """What the daemon does not tell is not taken for none."""
    walk.view("#insight")
    firing = """
      const facts = document.querySelectorAll(".tile .facts > span");
      const steps = document.querySelector(".todo").innerText.split("\\n");
      const badge = document.querySelector(".badge");
      return facts[2].innerText.split("\\n")[0] === arguments[0]
        && (badge.hidden ? "0" : badge.firstChild.data) === arguments[0]
        && steps.includes("accounts have alerts now") === arguments[1]"""
    walk.browser.until("no alert fires", firing, "0", False)
    standin.missing = {"/v1/alerts"}
    walk.browser.until("nobody knows what fires", firing, "–", True)
    standin.missing = set()
    walk.browser.until("no alert fires again", firing, "0", False)
    say("alerts that cannot be had are not counted as none")


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
    standin.change([standin.alert("4", "firing")])
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
        browser.script("document.querySelector('[data-key=next]').focus()")
        for first in [0, 50, 100]:
            browser.until(
                f"the alerts from {first} are shown",
                "return String([...document.querySelectorAll('article')].map(one =>"
                " one.dataset.alert)) === String(arguments[0])",
                ["0"] + names[first : first + 50],
            )
            if first < 100:
                browser.press(ENTER)
        equal(browser.script("return document.activeElement.dataset.key"), "before")
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
