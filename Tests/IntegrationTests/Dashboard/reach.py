"""The page for those who do not see it, or not well; its languages."""

import glob
import io
import json
import os
import re

import checks
from browser import Browser
from place import Place
from session import VIEWS, Walk, equal, log, say
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
        terms = browser.script_async(
            """const done = arguments[0];
            Promise.all(["en", "de", "nl"].map(one => import(`/dashboard/${one}.js`))).then(all => done(all.map(one => one.default)))"""
        )
        words = lambda term: sorted(set(re.findall(r"\{\w+\}", json.dumps(term))))
        for other in terms[1:]:
            equal(list(other), list(terms[0]))
            equal([key for key in other if words(other[key]) != words(terms[0][key])], [])
            equal([key for key in other if type(other[key]) is not type(terms[0][key])], [])
        folder = os.path.join(
            os.path.dirname(os.path.abspath(__file__)), "../../../Sources/HTTPAPI/Dashboard"
        )
        text = "".join(
            io.open(name, encoding="utf-8").read()
            for name in glob.glob(folder + "/*.js")
            if not re.search(r"/(en|de|nl)\.js$", name)
        )
        equal([key for key in re.findall(r'\bt\(\s*"([^"]+)"', text) if key not in terms[0]], [])
        equal(
            [
                key
                for key in terms[0]
                if f'"{key}"' not in text
                and key.rsplit("-", 1)[0] + "-${" not in text
                and not key.startswith(("rule-", "warning-"))
                and key not in ("senders", "accounts", "networks")
            ],
            [],
        )
        say("every language has every term, with the same values in it, and none too many")
