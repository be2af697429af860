"""What stands before the daemon: submitwatch dashboard, and nginx."""

import http.client
import json
import os
import subprocess
import socket

import logs
from place import Place, poll
from session import equal, log, say
from standin import Standin


def request(origin, method, path, headers=None, body=None):
    host = origin.split("//")[1]
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return (
        answer.status,
        dict((name.lower(), value) for name, value in answer.getheaders()),
        answer.read(),
    )


def proxy():
    with Place(log()) as place:
        process, address = place.dashboard()
        origin, token = address.split("/#token=")
        port = origin.rsplit(":", 1)[1]
        assert origin.startswith("http://127.0.0.1:")
        equal(request(origin, "GET", "/")[0], 200)
        equal(request(origin, "GET", "/dashboard/app.js")[0], 200)
        for path in ["/v1/insight", "/metrics", "/openapi.json", "/v1/status"]:
            equal(request(origin, "GET", path)[0], 401)
            equal(request(origin, "GET", path, {"Cookie": f"submitwatch-{port}=x; a"})[0], 401)
        equal(request(origin, "POST", "/", body="")[0], 401)
        equal(request(origin, "POST", "/session", body="0" * len(token))[0], 403)
        say("without a session there is the page and nothing else")
        status, headers, _ = request(origin, "POST", "/session", body=token)
        equal(status, 200)
        cookie, *attributes = headers["set-cookie"].split("; ")
        assert cookie.startswith(f"submitwatch-{port}="), cookie
        equal(sorted(attributes), ["HttpOnly", "Path=/", "SameSite=Strict"])
        equal(request(origin, "POST", "/session", body=token)[0], 403)
        status, headers, body = request(
            origin, "GET", "/v1/insight", {"Cookie": "other=1; " + cookie}
        )
        equal((status, json.loads(body)), (200, place.get("/v1/insight")))
        equal(
            request(
                origin, "GET", "/v1/insight", {"Cookie": cookie, "If-None-Match": headers["etag"]}
            )[0],
            304,
        )
        equal(request(origin, "GET", "/v1/nothing", {"Cookie": cookie})[0], 404)
        say("the token is good once, for a cookie that scripts and other pages cannot use")
        for host in ["evil.example", f"evil.example:{port}", "127.0.0.1:1", "127.0.0.1"]:
            equal(request(origin, "GET", "/", {"Host": host})[0], 421)
        equal(
            request(
                origin,
                "POST",
                "/v1/import",
                {
                    "Cookie": cookie,
                    "Origin": "http://evil.example",
                    "Content-Type": "application/octet-stream",
                },
                b"x",
            )[0],
            403,
        )
        status, _, body = request(
            origin,
            "POST",
            "/v1/import",
            {"Cookie": cookie, "Origin": origin, "Content-Type": "application/octet-stream"},
            logs.bundled(5).encode("utf-8", "surrogateescape"),
        )
        equal((status, json.loads(body)["submissions"]), (200, 220))
        say("other hosts and origins are refused, and a body of any size goes through")
        process.terminate()
        process.wait()
        try:
            request(origin, "GET", "/")
            raise AssertionError("the port is still open")
        except ConnectionRefusedError:
            say("the port closes with the command")


def nginx():
    config = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../config/nginx.conf")
    with Place(log(), "http:\n  hosts: [submitwatch.example.org]\n") as place, Standin(
        place
    ) as standin:
        key, certificate = place.path("key"), place.path("certificate")
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=submitwatch.example.org",
                "-keyout",
                key,
                "-out",
                certificate,
            ],
            check=True,
            capture_output=True,
        )
        hashed = subprocess.run(
            ["openssl", "passwd", "-apr1", "secret"], check=True, capture_output=True, text=True
        ).stdout
        with open(place.path("htpasswd"), "w") as file:
            file.write("operator:" + hashed)
        with open(config, encoding="utf-8") as file:
            text = file.read()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        standin.alerts = [standin.alert("1", "firing")]
        for old, new in [
            ("/run/submitwatch/submitwatch.sock", standin.socket),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("/etc/ssl/submitwatch.example.org.pem", certificate),
            ("/etc/ssl/private/submitwatch.example.org.key", key),
            ("/etc/nginx/submitwatch.htpasswd", place.path("htpasswd")),
        ]:
            assert old in text, old
            text = text.replace(old, new)
        own = "".join(
            f"    {word}_temp_path {place.path(word)};\n"
            for word in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        with open(place.path("nginx.conf"), "w") as file:
            file.write(
                f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\nmaster_process"
                f" off;\npid {place.path('pid')};\nerror_log {place.path('nginx.log')};\nevents"
                f" {{}}\nhttp {{\n    access_log off;\n{own}{text}}}\n"
            )
        place.start("/usr/sbin/nginx", "-p", place.folder, "-c", place.path("nginx.conf"))
        curl = [
            "curl",
            "-sk",
            "--max-time",
            "20",
            "--resolve",
            f"submitwatch.example.org:{port}:127.0.0.1",
        ]
        address = f"https://submitwatch.example.org:{port}"

        def status(*arguments):
            run = subprocess.run(
                curl + ["-o", "/dev/null", "-w", "%{http_code}", *arguments],
                capture_output=True,
                text=True,
            )
            return run.stdout

        poll("nginx answers", lambda: status(address + "/") == "401")
        user = ["-u", "operator:secret"]
        equal(
            [status(*user, address + path) for path in ["/", "/dashboard/app.js", "/v1/insight"]],
            ["200", "200", "200"],
        )
        equal(status(*user, "-w", "%{http_version}", address + "/"), "2")
        equal(status(*user, "-X", "POST", address + "/v1/import"), "403")
        stream = subprocess.run(
            curl + user + ["-N", "--max-time", "3", address + "/v1/alerts/stream"],
            capture_output=True,
            text=True,
        ).stdout
        assert stream.startswith(":"), stream
        say(
            "nginx asks for the password, passes the page, the figures and the stream on, and no"
            " POST"
        )
