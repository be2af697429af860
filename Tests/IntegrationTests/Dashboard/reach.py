"""The page for those who do not see it, or not well."""

import checks
from browser import Browser
from place import Place
from session import VIEWS, Walk, log, say
from standin import Standin


def access():
    with Place(log(), "") as place, Browser() as browser, Standin(place) as standin:
        standin.alerts = [standin.alert("1", "firing"), standin.alert("2", "resolved")]
        place.environment["SUBMITWATCH_SOCKET"] = standin.socket
        walk = Walk(place, browser)
        for scheme in ["light", "dark"]:
            browser.media(scheme)
            for width in [1280, 360]:
                browser.resize(width, 800)
                for view in VIEWS + [
                    "#report/tls?sender=alice%40alpha.example",
                    "#report/volume?search=nobody",
                ]:
                    walk.view(view)
                    browser.script(
                        "for (const one of document.querySelectorAll('main details')) one.open ="
                        " true"
                    )
                    found = checks.problems(browser)
                    assert not found, "\n".join([f"{scheme} {width} {view}"] + found)
        say(
            "names, roles, headings, tables of charts and contrast are right in every view, light"
            " and dark, wide and narrow"
        )
