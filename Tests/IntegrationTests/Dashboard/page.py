"""The page against the command line, and in use."""

import re

import logs
from browser import Browser
from paper import printed
from place import Place, poll
from session import BACKSPACE, ENTER, ESCAPE, RIGHT, VIEWS, Walk, equal, log, number, say, share


def figures():
    with Place(log()) as place, Browser() as browser:
        walk = Walk(place, browser)
        assert "token" not in browser.script("return location.href")
        insight = place.ask()
        tile = browser.find(".tile").text
        total = insight["total"]
        encrypted = total["messages"] - total["tls"]["none"] - total["tls"]["unknown"]
        for figure in [
            number(total["accounts"]),
            number(total["messages"]),
            f"{100 * encrypted / total['messages']:.1f}%",
        ]:
            assert figure in tile.split("\n"), f"{figure} is not in {tile}"
        equal([row[0] for row in walk.rows()], [row["sender"] for row in insight["rows"]][:8])
        browser.find(".tile").click()
        flyout = browser.until(
            "the flyout is open", "return document.querySelector('dialog[open]')?.innerText"
        )
        for version, count in total["tls"].items():
            if count:
                assert f"{total['percent'][version]:.1f}% ({count:,})" in flyout, flyout
        browser.press(ESCAPE)
        browser.until("the flyout is closed", "return !document.querySelector('dialog[open]')")
        say("the insight and its flyout have the figures of the command line")

        walk.view("#report/volume")
        report = place.ask("report", "volume")
        equal(walk.figures(), [[number(day["messages"])] for day in report["days"]])
        equal(
            [row[:4] for row in walk.rows()],
            [
                [row["sender"], row["domain"], number(row["messages"]), number(row["recipients"])]
                for row in report["rows"]
            ],
        )
        walk.view("#report/tls")
        report = place.ask("report", "tls")
        versions = ["1.0", "1.1", "1.2", "1.3", "none"]
        versions += [one for one in ["unknown"] if report["total"]["tls"][one]]
        equal(
            walk.rows(),
            [
                [row["sender"], row["domain"], number(row["messages"])]
                + [share(row, one) for one in versions]
                for row in report["rows"]
            ],
        )
        used = [
            one
            for one in ["1.3", "1.2", "1.1", "1.0", "ssl3", "none", "unknown"]
            if report["total"]["tls"][one]
        ]
        equal(walk.figures(), [[number(day["tls"][one]) for one in used] for day in report["days"]])
        say("both reports have the figures of the command line, in the table and per day")

        walk.view("#cutoff?minimum=1.3")
        report = place.ask("cutoff", "1.3")
        equal(
            [row[:3] + row[4:] for row in walk.rows()],
            [
                [
                    row["account"],
                    number(row["messages"]),
                    f"{100 * row['below'] / row['messages']:.1f}% ({row['below']:,})",
                    "No TLS" if row["version"] == "none" else f"TLS {row['version']}",
                    row["client"],
                ]
                for row in report["rows"]
            ],
        )
        equal(
            walk.figures(),
            [
                [number(day["below"]), number(day["messages"] - day["below"])]
                for day in report["days"]
            ],
        )
        for by, other in [("network", "accounts"), ("account", "networks")]:
            walk.view(f"#failures?by={by}")
            report = place.ask("failures", "--by", by)
            equal(
                [row[:3] for row in walk.rows()],
                [
                    [row[by], number(row["failures"]), number(row[other])]
                    for row in report["rows"]
                ][:50],
            )
            equal(walk.figures(), [[number(day["failures"])] for day in report["days"]])
        say("cut-off and failures have the figures of the command line")

        walk.view("#report/tls?sender=alice%40alpha.example")
        pane = browser.until(
            "the pane is filled",
            """
            const pane = document.querySelector("dialog[open]");
            return pane && pane.innerText.includes("PLAIN") && !pane.querySelector("[aria-busy]") && pane.innerText""",
        )
        details = place.get("/v1/sender?address=alice@alpha.example")
        account = place.get("/v1/account?name=alice@alpha.example")
        for version, count in details["total"]["tls"].items():
            if count:
                assert f"{details['total']['percent'][version]:.1f}% ({count})" in pane, pane
        assert re.search(r"Last (used|sent without) \S.* from 127\.", pane), pane
        for client in account["clients"]:
            assert client["network"] in pane, pane
        for one in account["mechanisms"]:
            assert f"{one['mechanism']} {one['messages']}" in pane, pane
        assert account["clients"][0]["cipher"] in pane, pane
        walk.view("#report/tls?days=366&sender=alice%40alpha.example")
        browser.until(
            "the pane says since when there are figures",
            "return [...document.querySelectorAll('dialog[open] .note')]"
            ".some((one) => one.innerText.includes('no longer kept'))",
        )
        browser.press(ESCAPE)
        browser.until("the address no longer names it", "return !location.hash.includes('sender')")
        say(
            "the details pane has days, TLS, clients, ciphers, mechanisms, and when an old version"
            " was last used"
        )
        for view in VIEWS:
            walk.view(view)
        walk.quiet()
        say("nothing came to the console, and nothing was asked for elsewhere")


SHOWN_DATES = """
return ["start", "end"].map(one => document.querySelector(`[data-key=${one}]`).value).join()"""


def dates(walk):
    """A date as it is typed, by which each digit of the year makes another one."""
    browser = walk.browser

    def types(field, ago):
        year, month, day = logs.day(ago).split("-")
        browser.script(f"document.querySelector('[data-key={field}]').focus()")
        browser.find(f"[data-key={field}]").type(month + day + year)

    def asked(start, end):
        period = f"{logs.day(start)},{logs.day(end)}"
        browser.until(
            "the period is asked for",
            "const [start, end] = arguments[0].split(',');"
            " return location.hash.includes(`start=${start}&end=${end}`)",
            period,
        )
        browser.script("document.activeElement.blur()")
        equal(browser.script(SHOWN_DATES), period)
        browser.settled()
        equal(browser.script(SHOWN_DATES), period)

    walk.view(f"#report/volume?start={logs.day(6)}&end={logs.day(1)}")
    types("end", 12)
    asked(12, 12)
    types("end", 3)
    asked(12, 3)
    types("start", 2)
    asked(2, 2)
    browser.script("document.querySelector('[data-key=end]').focus()")
    browser.press(BACKSPACE)
    equal(browser.script(SHOWN_DATES), f"{logs.day(2)},")
    asked(2, 2)
    say("a date before the other one moves that, and both fields show what is asked for")


def use():
    with Place(log()) as place, Browser() as browser:
        walk = Walk(place, browser)
        walk.view("#report/volume")
        options = browser.texts("main select option")
        equal(
            options,
            ["All sender domains"]
            + sorted(row["domain"] for row in place.get("/v1/domains")["rows"]),
        )
        browser.script(
            """const select = document.querySelector("[data-key=domain]"); select.value = "beta.example";
            select.dispatchEvent(new Event("change"))"""
        )
        rows = [
            row["sender"]
            for row in place.ask("report", "volume", "--domain", "beta.example")["rows"]
        ]
        poll("the domain is shown", lambda: [row[0] for row in walk.rows()] == rows)
        assert "domain=beta.example" in browser.script("return location.hash")
        walk.view("#report/volume")
        browser.find("[data-key=search]").type("ali")
        poll(
            "the search is done", lambda: [row[0] for row in walk.rows()] == ["alice@alpha.example"]
        )
        assert "search=ali" in browser.script("return location.hash")
        two = f"{logs.day(2)}"
        walk.view(f"#report/volume?start={two}&end={two}")
        equal(
            [row[2] for row in walk.rows()],
            [
                number(row["messages"])
                for row in place.ask("report", "volume", "--start", two, "--end", two)["rows"]
            ],
        )
        equal(browser.script("return document.querySelector('[data-key=start]').value"), two)
        browser.script(
            """const [start, end] = ["start", "end"].map(one => document.querySelector(`[data-key=${one}]`));
            start.value = arguments[0]; end.value = arguments[1]; end.dispatchEvent(new Event("change"))""",
            logs.day(2),
            logs.day(1),
        )
        browser.until(
            "the dates are taken",
            "return location.hash.includes(`end=${arguments[0]}`)",
            logs.day(1),
        )
        say("domain, search and dates filter, and the address holds them")
        dates(walk)

        walk.view("#report/tls")
        for column, sort in [
            ("sender", "sender"),
            ("sender", "-sender"),
            ("tls1.0", "tls1.0"),
            ("none", "none"),
            ("messages", "messages"),
        ]:
            browser.script(
                "const one = document.querySelector(`[data-key='sort-${arguments[0]}']`);"
                " one.focus(); one.click()",
                column,
            )
            expected = [row["sender"] for row in place.ask("report", "tls", "--sort", sort)["rows"]]
            poll(
                f"the table is sorted by {sort}",
                lambda: [row[0] for row in walk.rows()] == expected,
            )
            equal(browser.script("return document.activeElement.dataset.key"), f"sort-{column}")
        say("every kind of column sorts both ways")

        browser.script("document.querySelector('main canvas').scrollIntoView({ block: 'center' })")
        box = browser.script(
            "const box = document.querySelector('main canvas').getBoundingClientRect(); return"
            " [box.x, box.y, box.width, box.height]"
        )
        days = place.ask("report", "tls")["days"]
        for place_of_day in (len(days) - 2, len(days) - 4):
            browser.hover(
                box[0] + 40 + (box[2] - 40) * (place_of_day + 0.5) / len(days), box[1] + box[3] / 2
            )
            tip = browser.until(
                "the day's figures are shown",
                """
                const tip = document.querySelector(".tip:not([hidden])"); return tip && tip.innerText.includes(arguments[0]) && tip.innerText""",
                str(days[place_of_day]["messages"]),
            )
            for count in days[place_of_day]["tls"].values():
                assert not count or str(count) in tip, tip
        say("hovering over a day shows its figures")

        walk.view("#report/tls?search=example")
        rows = walk.csv()
        report = place.ask("report", "tls")
        equal(
            rows[0],
            "sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown".split(","),
        )
        versions = ["none", "ssl3", "1.0", "1.1", "1.2", "1.3", "unknown"]
        equal(
            rows[1:],
            [
                [row["sender"], row["domain"], str(row["messages"])]
                + [str(row["tls"][one]) for one in versions]
                for row in report["rows"]
                if "example" in row["sender"]
            ],
        )
        say("the CSV has what is shown")

        row = place.ask("report", "tls", "--sort", "tls1.2")["rows"][0]
        percent = f"{row['percent']['1.2']:.1f}"
        cells = {
            "de": percent.replace(".", ",") + "\u00a0%",
            "nl": percent.replace(".", ",") + "%",
            "en": percent + "%",
        }
        walk.view("#report/tls?sort=tls1.2")
        for language, heading, sender in [
            ("de", "SMTP-Auth-Clientbericht", "Absenderadresse"),
            ("nl", "SMTP Auth-clientsrapport", "Adres afzender"),
            ("en", "SMTP Auth clients report", "Sender address"),
        ]:
            walk.language(language)
            equal(browser.texts("h1"), [heading])
            equal(browser.texts("main section:last-of-type th")[0], sender)
            equal(walk.rows()[0][5], f"{cells[language]} ({row['tls']['1.2']})")
        say("the language switch changes terms and numbers, and the table keeps its figures")

        walk.view("#insight")
        before = place.ask()["total"]["messages"]
        more = logs.Sessions(0, "00:00")
        for _ in range(3):
            more.message("new@alpha.example")
        place.append(more.text)
        browser.until(
            "the new messages are shown",
            "return document.querySelector('.tile').innerText.includes(arguments[0])",
            number(before + 3),
        )
        say("a message that is logged shows by itself")
        browser.find(".tile").click()
        logged = len(more.text)
        more.message("new@alpha.example")
        place.append(more.text[logged:])
        browser.until(
            "the open flyout has the next message",
            "return document.querySelector('dialog[open] [data-figure=messages]')?.innerText"
            " === arguments[0]",
            number(before + 4),
        )
        browser.press(ESCAPE)
        say("an open flyout goes on with the figures")
        printed(walk)

        walk.view("#report/volume")
        browser.script("document.querySelector('main th button.name').focus()")
        browser.press(ENTER)
        browser.until("the pane is open", "return document.querySelector('dialog[open]')")
        assert browser.script(
            "return document.querySelector('dialog[open]').contains(document.activeElement)"
        )
        account = "dialog[open] button.name"
        browser.until("it names accounts", f"return document.querySelector('{account}')")
        browser.script(f"document.querySelector('{account}').focus()")
        browser.press(ENTER)
        browser.until(
            "the pane is of the account and has the focus",
            "return location.hash.includes('account=') &&"
            " document.activeElement.matches('dialog[open] .close')",
        )
        browser.press(ESCAPE)
        browser.until(
            "the focus is back", "return document.activeElement?.classList.contains('name')"
        )
        browser.script("document.querySelector('[role=tab][aria-selected=true]').focus()")
        browser.press(RIGHT)
        browser.until("the next tab is chosen", "return location.hash.startsWith('#report/tls')")
        say("the keyboard reaches the pane and the tabs, and comes back")
        walk.quiet()
