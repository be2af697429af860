"""A hundred thousand senders, and thousands of names that are much alike."""

import sys

import logs
from browser import Browser
from place import Place, poll
from session import Walk, equal, number, say


def many():
    count = 100_000
    log = logs.Sessions(1, "12:00")
    for place_of_sender in range(count):
        log.brief(f"user{place_of_sender:06d}@d{place_of_sender % 700}.example")
    with Place(log.text) as place, Browser() as browser:
        walk = Walk(place, browser)
        paint = browser.script(
            "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        )
        assert paint is not None
        assert number(count) in browser.find(".tile").text
        walk.view("#report/volume?sort=sender")
        equal(len(walk.rows()), 50)
        browser.script("document.querySelector('[data-key=next]').click()")
        poll(
            "the next page is shown",
            lambda: (walk.rows() or [[""]])[0][0] == "user000050@d50.example",
        )
        browser.script("document.querySelector('[data-key=before]').click()")
        poll(
            "the page before is shown",
            lambda: (walk.rows() or [[""]])[0][0] == "user000000@d0.example",
        )
        assert browser.script("return document.querySelectorAll('*').length") < 3000
        browser.find("[data-key=search]").type("user099999")
        poll(
            "the search is done",
            lambda: [row[0] for row in walk.rows()] == ["user099999@d599.example"],
        )
        say("a hundred thousand senders come in pages")
        equal(len(browser.texts("[data-key=domain] option")), 701)
        say("each of their domains can be chosen")
        print(f"first paint {paint:.0f} ms", file=sys.stderr)
        walk.quiet()


def alike():
    log = logs.Sessions(1, "12:00")
    log.message("user@alpha.example", account="user", tls="TLSv1")
    log.failure("user")
    for place_of_name in range(5100):
        log.brief(f"user{place_of_name}@d{place_of_name}.example")
        for _ in range(2):
            log.failure(f"user{place_of_name}@d{place_of_name}.example")
    with Place(log.text) as place, Browser() as browser:
        walk = Walk(place, browser)
        walk.view("#report/volume")
        last = browser.until(
            "the domains are there",
            "const { options } = document.querySelector('[data-key=domain]');"
            " return options.length > 1 && [options.length, options[options.length - 1].text]",
        )
        equal(last, [5002, "Only the 5,000 with most messages: search for others"])
        say("of more domains than a list can hold it is said that there are others")
        walk.view("#report/volume?account=user")
        pane = browser.until(
            "the pane is filled",
            "const pane = document.querySelector('dialog[open]');"
            " return pane?.innerText.includes('PLAIN') && pane.innerText",
        )
        for part in ["1 failure from 1 network", "Last used TLS 1.0"]:
            assert part in pane, pane
        say("failures and old TLS are found of a name that thousands of others contain")
        walk.quiet()
