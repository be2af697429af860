"""The real daemon on a log of its own, and `submitwatch dashboard` in front of it."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

BINARIES = os.environ["BINARIES"]


def program(name):
    return os.path.join(BINARIES, name)


def poll(what, body):
    """Looks again and again until `body` finds something."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        found = body()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"it never happened that {what}")


class Place:
    def __init__(self, log, settings=""):
        self.folder = tempfile.mkdtemp(prefix="submitwatch-page.")
        self.socket, self.log = self.path("socket"), self.path("mail.log")
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "SUBMITWATCH_SOCKET": self.socket,
        }
        self.processes = []
        self.append(log)
        with open(self.path("submitwatch.yaml"), "w", encoding="utf-8") as file:
            file.write(
                f"sources:\n  - file: {self.log}\ntimezone: UTC\ndatabase:"
                f" {self.path('db')}\nsocket: {self.socket}\n{settings}"
            )
        self.start("submitwatchd", "--config", self.path("submitwatch.yaml"))
        self.caught_up()

    def path(self, name):
        return os.path.join(self.folder, name)

    def append(self, text):
        with open(self.log, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)

    def start(self, name, *arguments, **more):
        errors = open(self.path(f"errors-{len(self.processes)}"), "wb")
        process = subprocess.Popen(
            [name if "/" in name else program(name), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=errors,
            **({"stdout": subprocess.DEVNULL} | more),
        )
        self.processes.append(process)
        return process

    def get(self, path, headers=None):
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.socket)
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return json.loads(answer.read())

    def caught_up(self):
        def is_caught_up():
            try:
                sources = self.get("/v1/status")["sources"]
            except OSError:
                return False
            return all(one["state"] == "following" and one["lagBytes"] == 0 for one in sources)

        poll("the daemon has read its log", is_caught_up)

    def ask(self, *arguments):
        """What the command line says, as JSON."""
        run = subprocess.run(
            [program("submitwatch"), *arguments, "--format", "json"],
            env=self.environment,
            capture_output=True,
            check=True,
        )
        return json.loads(run.stdout)

    def dashboard(self, *arguments):
        """Starts the proxy; the address that opens it once."""
        process = self.start(
            "submitwatch", "dashboard", "--no-open", *arguments, stdout=subprocess.PIPE
        )
        return process, process.stdout.readline().decode().strip()

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()
            if process.stdout:
                process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
