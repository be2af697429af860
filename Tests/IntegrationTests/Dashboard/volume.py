"""A hundred thousand senders."""

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
        print(f"first paint {paint:.0f} ms", file=sys.stderr)
        walk.quiet()
