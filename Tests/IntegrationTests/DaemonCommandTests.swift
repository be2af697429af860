import Foundation
import Glibc
import TestSupport
import Testing

/// The commands that ask the daemon: what they send, print and return.
struct DaemonCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ arguments: [String], _ daemon: FakeDaemon) throws -> CommandRun {
    try CommandRun(arguments, environment: ["SUBMITWATCH_SOCKET": daemon.socket])
  }

  private static let requests: [(command: String, target: String)] = [
    ("", "/v1/insight"),
    ("--days 30", "/v1/insight?days=30"),
    ("insight --domain a.example", "/v1/insight?domain=a.example"),
    ("report volume", "/v1/report/volume"),
    (
      "report tls --start 2026-11-01 --end 2026-11-21 --by account --per-day --limit 5",
      "/v1/report/tls?start=2026-11-01&end=2026-11-21&by=account&per-day=true&limit=5"
    ),
    ("report volume --sort -messages", "/v1/report/volume?sort=-messages"),
    ("report volume --timezone UTC+01:00", "/v1/report/volume?timezone=UTC%2B01%3A00"),
    ("report volume --domain bücher&x=1#", "/v1/report/volume?domain=b%C3%BCcher%26x%3D1%23"),
    ("sender a+b@c.example", "/v1/sender?address=a%2Bb%40c.example"),
    ("sender \\xFF --days 3", "/v1/sender?address=%5CxFF&days=3"),
    ("cutoff", "/v1/cutoff?minimum=1.2"),
    ("cutoff 1.3 --days 90", "/v1/cutoff?minimum=1.3&days=90"),
    ("idle", "/v1/idle?days=60"),
    ("idle --days 5 --by domain", "/v1/idle?days=5&by=domain"),
    (
      "idle --start 2026-09-01 --end 2026-11-21 --timezone UTC --limit 3",
      "/v1/idle?days=60&start=2026-09-01&end=2026-11-21&limit=3&timezone=UTC"
    ),
    (
      "sender x --end 2026-11-21 --timezone UTC", "/v1/sender?address=x&end=2026-11-21&timezone=UTC"
    ),
    ("failures --by network", "/v1/failures?by=network"),
    ("status", "/v1/status"),
  ]

  @Test(arguments: requests.indices)
  func `a command asks its route and prints the answer as it comes`(index: Int) throws {
    let (command, target) = Self.requests[index]
    let daemon = try FakeDaemon(.answer("200 OK", body: "what it says\n"))
    let run = try run(command.split(separator: " ").map(String.init), daemon)
    #expect(run.status == 0)
    #expect(run.text == "what it says\n")
    #expect(run.errors == "")
    let request = try #require(daemon.requests.first)
    #expect(request.line == "GET \(target) HTTP/1.1")
    #expect(request.fields["host"] == "localhost")
    #expect(request.fields["accept"] == "text/plain")
    #expect(request.fields["submitwatch-color"] == "0")
    #expect(request.fields["submitwatch-width"] == nil)
  }

  @Test func `the format is asked for by Accept`() throws {
    for (format, type) in ["csv": "text/csv", "json": "application/json"] {
      let daemon = try FakeDaemon(.answer("200 OK", type: type, body: "x"))
      #expect(try run(["report", "tls", "--format", format], daemon).text == "x")
      let headers = try #require(daemon.requests.first?.fields)
      #expect(headers["accept"] == type)
      #expect(headers["submitwatch-color"] == nil)
    }
  }

  @Test func `on a terminal the daemon learns its width, and that it has colours`() throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x\n"))
    let environment = ["SUBMITWATCH_SOCKET": daemon.socket, "TERM": "xterm"]
    // The daemon takes 20 to 1000.
    for (columns, width) in [(72, "72"), (15, "20"), (2000, "1000")] {
      let script = "script -qec 'stty cols \(columns); $submitwatch' /dev/null"
      #expect(try CommandRun(script: script, in: folder, environment: environment).status == 0)
      let request = try #require(daemon.requests.last)
      #expect(request.fields["submitwatch-width"] == width)
      #expect(request.fields["submitwatch-color"] == "1")
    }
  }

  @Test func `--socket goes before the environment`() throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x"))
    let run = try CommandRun(
      ["--socket", daemon.socket],
      environment: ["SUBMITWATCH_SOCKET": "/nowhere", "http_proxy": "http://127.0.0.1:9/"]
    )
    #expect(run.status == 0)
    #expect(run.text == "x")
  }

  @Test func `without a daemon the message says how to start it`() throws {
    let path = folder.path("none.sock")
    let run = try CommandRun(["--socket", path])
    #expect(run.status == 2)
    #expect(run.output == [])
    #expect(
      run.errors == "submitwatch: no daemon answers at '\(path)' (No such file or directory);"
        + " start it with 'sudo systemctl start submitwatchd', or name its socket with --socket\n"
    )
    // A file that nobody listens behind.
    let stale = try CommandRun(["status", "--socket", folder.write([], to: "stale.sock")])
    #expect(stale.status == 2)
    #expect(stale.errors.contains("(Connection refused); start it with"))
  }

  @Test func `without permission the message names the group`() throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x"))
    #expect(unsafe chmod(daemon.socket, 0) == 0)
    // The superuser may open all sockets, but not without the capabilities for it.
    let drop = "setpriv --bounding-set -dac_override,-dac_read_search"
    let run = try CommandRun(
      script: "\(geteuid() == 0 ? drop : "") $submitwatch",
      in: folder,
      environment: ["SUBMITWATCH_SOCKET": daemon.socket]
    )
    #expect(run.status == 77)
    #expect(
      run.errors == "submitwatch: cannot open '\(daemon.socket)': permission denied; use sudo, or"
        + " add your user to the group 'submitwatch' ('sudo usermod -aG submitwatch USER')"
        + " and log in again\n"
    )
  }

  @Test func `a path that no socket can have is wrong usage`() throws {
    let run = try CommandRun(["--socket", "/" + String(repeating: "x", count: 107)])
    #expect(run.status == 64)
    #expect(run.errors.contains("the path of the socket is longer than 107 bytes"))
  }

  private static let refusals: [(status: String, body: String, exit: Int32, message: String)] = [
    (
      "400 Bad Request", #"{"title":"Bad Request","detail":"by cannot be 'x'"}"#, 64,
      "by cannot be 'x'"
    ),
    (
      "400 Bad Request",
      #"{"code":"bad-parameter","detail":"sort cannot be 'x': it must be y","parameter":"sort","#
        + #""value":"x","allowed":"y"}"#, 64, "--sort cannot be 'x': it must be y"
    ),
    (
      "400 Bad Request", #"{"code":"unknown-parameter","detail":"d","parameter":"by"}"#, 64,
      "--by does not go with this: leave it out"
    ),
    (
      "400 Bad Request", #"{"code":"bad-parameter","detail":"cursor is bad","parameter":"cursor"}"#,
      64, "cursor is bad"
    ),
    (
      "406 Not Acceptable", #"{"code":"not-acceptable","detail":"see Accept"}"#, 64,
      "this does not come in that form: use another --format"
    ),
    (
      "404 Not Found", #"{"code":"not-found","detail":"see /openapi.json"}"#, 1,
      "the daemon cannot do this: are submitwatch and submitwatchd of one version?"
    ),
    ("403 Forbidden", #"{"title":"Forbidden","detail":""}"#, 77, "Forbidden"),
    ("404 Not Found", #"{"detail":"nothing here"}"#, 1, "nothing here"),
    ("421 Misdirected Request", "<html>", 1, "HTTP status 421"),
    (
      "500 Internal Server Error", #"{"detail":"oops"}"#, 1,
      "the daemon failed: oops; see 'journalctl -u submitwatchd'"
    ),
    (
      "503 Service Unavailable", "", 1,
      "the daemon failed: HTTP status 503; see 'journalctl -u submitwatchd'"
    ),
  ]

  @Test(arguments: refusals.indices)
  func `a refusal is told by its detail and by the exit status`(index: Int) throws {
    let (status, body, exit, message) = Self.refusals[index]
    let daemon = try FakeDaemon(.refusal(status, body: body))
    let run = try run(["report", "volume"], daemon)
    #expect(run.status == exit)
    #expect(run.output == [])
    #expect(run.errors == "submitwatch: \(message)\n")
  }

  @Test func `an insight in CSV is refused with what there is`() throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x"))
    for command in [["insight", "--format", "csv"], ["--format", "csv"]] {
      let run = try run(command, daemon)
      #expect(run.status == 64)
      #expect(run.errors.contains("insight has no csv: use --format table or json"))
    }
    #expect(daemon.requests.isEmpty)
  }

  @Test(arguments: ["insight", "report tls", "sender x", "mail-report --to a@example.org"])
  func `days that there cannot be are refused before the daemon is asked`(command: String) throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x"))
    let words = command.split(separator: " ").map(String.init)
    let run = try run(words + ["--days", "731"], daemon)
    #expect(run.status == 64)
    #expect(run.errors.contains("--days 731 is out of range: it must be 1 to 730"))
    #expect(daemon.requests.isEmpty)
  }

  @Test func `a verdict on an alert that is not there says how to find it`() throws {
    let body = #"{"code":"unknown-alert","detail":"there is no alert 'x': see /v1/alerts"}"#
    let daemon = try FakeDaemon(.refusal("404 Not Found", body: body))
    let run = try run(["alerts", "verdict", "x", "legitimate"], daemon)
    #expect(run.status == 1)
    let remedy = "'submitwatch alerts --format csv' lists them by their ids"
    #expect(run.errors == "submitwatch: there is no alert 'x'; \(remedy)\n")
  }

  @Test func `who sends nothing is looked for among the accounts`() throws {
    let unknown = FakeDaemon.Answer.refusal("404 Not Found", body: #"{"detail":"nobody"}"#)
    let daemon = try FakeDaemon(unknown, .answer("200 OK", body: "details\n"))
    let run = try run(["sender", "alice"], daemon)
    #expect(run.status == 0)
    #expect(run.text == "details\n")
    #expect(daemon.requests.map(\.line).last == "GET /v1/account?name=alice HTTP/1.1")
    let nobody = try FakeDaemon(unknown)
    #expect(try self.run(["sender", "alice"], nobody).errors == "submitwatch: nobody\n")
  }

  @Test func `a reader that goes away is no error, output that cannot be written is`() throws {
    let body = String(repeating: "a line of the answer\n", count: 100_000)
    let daemon = try FakeDaemon(.answer("200 OK", body: body))
    let environment = ["SUBMITWATCH_SOCKET": daemon.socket]
    let head = try CommandRun(
      script: "$submitwatch | head -c 20",
      in: folder,
      environment: environment
    )
    #expect(head.status == 0)
    #expect(head.errors == "")
    let full = try CommandRun(
      script: "$submitwatch >/dev/full",
      in: folder,
      environment: environment
    )
    #expect(full.status == 1)
    #expect(full.errors == "submitwatch: cannot write the output: No space left on device\n")
    #expect(try run([], daemon).text == body)
  }

  @Test func `a word that is no command is told, with those that there are`() throws {
    let all =
      "insight, report, sender, cutoff, idle, failures, alerts, mail-report, status, import,"
      + " dashboard, analyze, parse, check-config"
    for (words, message) in [
      (["frobnicate"], "'frobnicate' is no command of submitwatch: use one of \(all)"),
      (["help", "nosuch"], "'nosuch' is no command of submitwatch: use one of \(all)"),
      (
        ["alerts", "\u{1B}"],
        "'\\x1B' is no command of submitwatch alerts: use one of list, verdict, test"
      ),
      (
        ["help", "alerts", "x"],
        "'x' is no command of submitwatch alerts: use one of list, verdict, test"
      ),
    ] {
      let run = try CommandRun(words)
      #expect(run.status == 64)
      #expect(run.output == [])
      #expect(run.errors == "submitwatch: \(message)\n")
    }
    for words in [["help"], ["help", "report", "tls"], ["help", "alerts", "verdict"]] {
      #expect(try CommandRun(words).status == 0)
    }
  }

  @Test func `a port that is taken is told`() throws {
    let daemon = try FakeDaemon(.answer("200 OK", type: "application/json", body: "{}"))
    let receiver = try WebReceiver()
    let run = try run(["dashboard", "--no-open", "--port", "\(receiver.port)"], daemon)
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(
      run.errors == "submitwatch: cannot listen on 127.0.0.1:\(receiver.port): another process"
        + " listens there; stop it, or choose another port\n"
    )
  }

  @Test(arguments: ["report", "report nonsense", "cutoff 2.0", "idle --days x", "bogus", "sender"])
  func `wrong usage asks nobody`(command: String) throws {
    let daemon = try FakeDaemon(.answer("200 OK", body: "x"))
    let run = try run(command.split(separator: " ").map(String.init), daemon)
    #expect(run.status == 64)
    #expect(daemon.requests.isEmpty)
  }
}
