"""The page on paper."""

from session import equal, say


ON_PAPER = """
dispatchEvent(new Event("beforeprint"));
const root = document.documentElement;
const canvas = [...document.querySelectorAll("canvas")].filter(one => one.checkVisibility()).at(-1);
const dialog = document.querySelector("dialog[open]");
const found = [
  root.scrollWidth <= innerWidth,
  canvas.clientWidth <= canvas.parentNode.clientWidth && canvas.width === 640,
  !dialog || dialog.scrollHeight <= dialog.clientHeight,
  document.querySelector("main").checkVisibility(),
];
dispatchEvent(new Event("afterprint"));
return found"""


def printed(walk):
    browser = walk.browser
    for address, has_main in [
        ("#report/tls?days=90", True),
        ("#report/tls?sender=alice%40alpha.example", False),
    ]:
        walk.view(address)
        browser.devtools("Emulation.setEmulatedMedia", {"media": "print"})
        browser.resize(718, 1000)
        equal(browser.script(ON_PAPER), [True, True, True, has_main])
        browser.devtools("Emulation.setEmulatedMedia", {"media": ""})
        browser.resize(1280, 900)
    say("on paper there are whole tables, charts and details")
