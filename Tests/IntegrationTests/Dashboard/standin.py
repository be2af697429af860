"""Stands before the daemon's socket and answers for alerts: such as the test wants them."""

import http.client
import http.server
import json
import queue
import socket
import socketserver
import threading


class Standin:
    def __init__(self, place):
        self.place, self.socket = place, place.path("standin")
        self.isBarred = False
        self.alerts, self.verdicts, self.listeners, self.missing = [], [], [], set()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def address_string(self):
                return "socket"

            def log_message(self, *_):
                pass

            def reply(self, body, status=200, fields=(("Content-Type", "application/json"),)):
                self.send_response(status)
                for name, value in fields:
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD" and status != 304:
                    self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path != "/v1/alerts/verdict":
                    return self.reply(b"{}", 404)
                if outer.isBarred:
                    return self.reply(b"<html>", 403, [("Content-Type", "text/html")])
                outer.judge(json.loads(body))
                self.reply(b"{}")

            def do_GET(self):
                if self.path in outer.missing:
                    return self.reply(b"{}", 404)
                if self.path == "/v1/alerts":
                    return self.reply(
                        json.dumps(
                            {
                                "view": "alerts",
                                "timezone": "UTC",
                                "rows": outer.rows(self.headers.get("Accept-Language")),
                                "next": None,
                            }
                        ).encode()
                    )
                if self.path == "/v1/alerts/stream":
                    return self.stream()
                connection = http.client.HTTPConnection("localhost")
                connection.sock = socket.socket(socket.AF_UNIX)
                try:
                    connection.sock.connect(place.socket)
                except OSError:
                    return self.reply(b"{}", 502)
                fields = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() not in ("connection", "accept-encoding", "if-none-match")
                }
                connection.request("GET", self.path, headers=fields | {"Connection": "close"})
                answer = connection.getresponse()
                body = answer.read()
                if self.path == "/openapi.json":
                    description = json.loads(body)
                    for path in ["/v1/alerts", "/v1/alerts/stream", "/v1/alerts/verdict"]:
                        description["paths"].setdefault(path, {})
                    body = json.dumps(description).encode()
                self.reply(
                    body,
                    answer.status,
                    [
                        (n, v)
                        for n, v in answer.getheaders()
                        if n.lower() not in ("content-length", "connection", "etag")
                    ],
                )

            def stream(self):
                changes = queue.Queue()
                outer.listeners.append(changes)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    self.wfile.write(b": here\n\n")
                    while True:
                        change = changes.get()
                        if change is None:
                            return
                        self.wfile.write(b"event: alert\nid: 1\ndata: " + change + b"\n\n")
                except OSError:
                    pass

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Server(self.socket, Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def alert(self, name, state):
        return {
            "id": name,
            "rule": "new-networks",
            "severity": "critical",
            "state": state,
            "account": "alice@alpha.example",
            "senders": ["alice@alpha.example"],
            "started": "2026-11-22T03:10:05Z",
            "updated": "2026-11-22T03:20:05Z",
            "ended": None if state == "firing" else "2026-11-22T03:55:00Z",
            "windowSeconds": 600,
            "count": 480,
            "expected": 12.3,
            "score": 3.9,
            "clients": [
                {
                    "network": "192.0.2.0/24",
                    "first": "2026-11-22T03:10:00Z",
                    "count": 430,
                    "isNew": True,
                }
            ],
            "evidence": [
                "mx1 postfix/submission/smtpd[811]: 0A4F1C2D3E: client=unknown[192.0.2.17],"
                " sasl_method=LOGIN, sasl_username=alice@alpha.example"
            ],
            "text": "alice@alpha.example sent 480 messages in 10 minutes, where 12 are usual.",
        }

    def rows(self, language):
        if language != "de":
            return self.alerts
        return [alert | {"text": "480 Nachrichten, wo 12 üblich sind."} for alert in self.alerts]

    def change(self, alerts):
        kept = {alert["id"]: alert.get("verdict") for alert in self.alerts}
        self.alerts = [
            alert | ({"verdict": kept[alert["id"]]} if kept.get(alert["id"]) else {})
            for alert in alerts
        ]
        for listener in self.listeners:
            listener.put(json.dumps(self.alerts[0]).encode())

    def judge(self, verdict):
        self.verdicts.append(verdict)
        self.alerts = [
            alert
            | (
                {
                    "verdict": {
                        "verdict": verdict["verdict"],
                        "note": verdict.get("note", ""),
                        "user": 0,
                    }
                }
                if alert["id"] == verdict["id"]
                else {}
            )
            for alert in self.alerts
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for listener in self.listeners:
            listener.put(None)
        self.server.shutdown()
        self.server.server_close()
