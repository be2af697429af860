"""A real Chromium, driven by WebDriver (W3C) over HTTP: only what the tests need."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Element:
    def __init__(self, browser, reference):
        self.browser, self.path = browser, f"/element/{reference[ELEMENT]}"

    def click(self):
        self.browser.call("POST", self.path + "/click", {})

    def type(self, text):
        self.browser.call("POST", self.path + "/value", {"text": text})

    def clear(self):
        self.browser.call("POST", self.path + "/clear", {})

    @property
    def text(self):
        return self.browser.call("GET", self.path + "/text")


class Browser:
    """Starts chromedriver and one headless window; ends both."""

    def __init__(self, languages="en-US,en", dark=False, size=(1280, 900)):
        self.folder = tempfile.mkdtemp(prefix="submitwatch-browser.")
        self.downloads = os.path.join(self.folder, "downloads")
        os.mkdir(self.downloads)
        self.log = open(os.path.join(self.folder, "driver.log"), "wb")
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={"PATH": "/usr/bin:/bin", "HOME": self.folder, "TZ": "UTC", "LANG": "C.UTF-8"},
        )
        self.port = self._port()
        arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={self.folder}/profile",
            f"--window-size={size[0]},{size[1]}",
            "--force-color-profile=srgb",
        ]
        if dark:
            arguments.append("--force-dark-mode")
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "args": arguments,
                "prefs": {
                    "intl.accept_languages": languages,
                    "download.default_directory": self.downloads,
                },
            },
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        session = self._request("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = "/session/" + session["sessionId"]
        self.resize(*size)

    def _port(self):
        for line in self.driver.stdout:
            words = line.decode().split("successfully on port ")
            if len(words) == 2:
                return int(words[1].strip(" .\n"))
        raise RuntimeError("chromedriver did not start")

    def _request(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise RuntimeError(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def call(self, method, path, body=None):
        return self._request(method, self.session + path, body)

    def resize(self, width, height):
        # The window of a desktop has a least width; a device's screen has none.
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def devtools(self, command, parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def media(self, scheme):
        self.devtools(
            "Emulation.setEmulatedMedia",
            {
                "features": [
                    {"name": "prefers-color-scheme", "value": scheme},
                    # What fades in has its colours at once.
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ]
            },
        )

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def window(self):
        return self.call("GET", "/window")

    def new_tab(self):
        """The window that is seen from now on."""
        self.show_tab(self.call("POST", "/window/new", {"type": "tab"})["handle"])

    def show_tab(self, window):
        self.call("POST", "/window", {"handle": window})

    def script(self, text, *arguments):
        return self.call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def script_async(self, text, *arguments):
        return self.call("POST", "/execute/async", {"script": text, "args": list(arguments)})

    def find(self, selector):
        return Element(
            self, self.call("POST", "/element", {"using": "css selector", "value": selector})
        )

    def texts(self, selector):
        """What is shown of the elements, in their order."""
        return self.script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector
        )

    def press(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call(
            "POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        )

    def hover(self, x, y):
        move = {"type": "pointerMove", "duration": 0, "x": int(x), "y": int(y)}
        self.call(
            "POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]}
        )

    def until(self, what, script, *arguments):
        """Looks again and again until a script finds something; returns it."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            found = self.script(script, *arguments)
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(
            f"it never happened that {what}\n{self.script('return document.body.innerText')[:2000]}"
        )

    def settled(self):
        """Waits until the view is there with all its figures."""
        self.until(
            "the view is shown",
            """
            const main = document.querySelector("main");
            const isDrawn = (one) => {
              if (!one.checkVisibility() || !one.width) return true;
              const small = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
              small.drawImage(one, 0, 0, 300, 150);
              return small.getImageData(0, 0, 300, 150).data.some(Boolean);
            };
            if (![...document.querySelectorAll("canvas")].every(isDrawn)) return false;
            return main && main.querySelector("h1") && !document.querySelector("[aria-busy], .waiting")""",
        )

    def screenshot(self, path, whole=True):
        options = {"format": "png"}
        if whole:
            size = self.script(
                "return [document.documentElement.clientWidth,"
                " document.documentElement.scrollHeight]"
            )
            options |= {
                "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1},
            }
        data = self.devtools("Page.captureScreenshot", options)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def console(self):
        """What came to the console since the last time."""
        return self.call("POST", "/se/log", {"type": "browser"})

    def requests(self):
        """The addresses asked for since the last time, with the bytes that came."""
        found = []
        for entry in self.call("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.log.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
