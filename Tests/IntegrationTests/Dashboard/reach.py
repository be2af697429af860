"""The page for those who do not see it, or not well."""

import checks
from browser import Browser
from place import Place
from session import TAB, VIEWS, Walk, equal, log, say
from standin import Standin


REACHABLE = """
return [...document.querySelectorAll("a, button, select, input, summary, [tabindex='0']")]
  .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility()).length"""
FOCUSED = """
const one = document.activeElement;
if (one === document.body) return null;
one.dataset.reached = "";
const { outlineStyle, outlineWidth } = getComputedStyle(one);
return [outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
  document.querySelectorAll("[data-reached]").length, one.outerHTML.slice(0, 120)]"""


def by_keyboard(browser):
    """Tab goes from one to the next of all that can be used, and each shows that it has the focus."""
    browser.script("document.activeElement.blur()")
    count, reached = browser.script(REACHABLE), 0
    for _ in range(4 * count):
        browser.press(TAB)
        focused = browser.script(FOCUSED)
        if focused is None:
            continue
        is_visible, reached, element = focused
        assert is_visible, f"the focus is not seen: {element}"
        if reached == count:
            return
    raise AssertionError(f"{reached} of {count} are reached")


CHOSEN = """
const of = (selector, part) => getComputedStyle(document.querySelector(selector), part);
const { backgroundColor } = of("body");
return [
  of(".tabs [aria-selected=true]", "::after").backgroundColor !== backgroundColor,
  of("nav [aria-current]", "::after").backgroundColor !== backgroundColor,
  of("main [aria-pressed=true]").borderTopWidth !== of("main [aria-pressed=false]").borderTopWidth,
]"""


def forced(walk):
    """What is chosen is seen in the colours that a reader has for all pages."""
    media = "Emulation.setEmulatedMedia"
    walk.browser.devtools(media, {"features": [{"name": "forced-colors", "value": "active"}]})
    walk.view("#report/tls")
    equal(walk.browser.script(CHOSEN), [True, True, True])
    walk.browser.devtools(media, {"features": []})
    say("what is chosen is seen in forced colours, too")


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
        browser.resize(1280, 900)
        forced(walk)
        for view in VIEWS:
            walk.view(view)
            by_keyboard(browser)
        say("the keyboard alone reaches all that can be used, and shows where it is")
