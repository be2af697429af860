import Dialects
import Ingest
import LogSources
import MailLog
import Sessions
import Testing

/// Messages that bounce, of whom they are.
struct BounceTests {
  /// What a bounce looks like in each server's log.
  private static let marks = [
    "postfix": "status=bounced", "exim": " ** ", "sendmail": "dsn=5.", "opensmtpd": "\"PermFail\"",
  ]

  @Test(arguments: Capture.all.compactMap(\.plainLog).filter { marks[$0.capture.server] != nil })
  func `each line of a bounce counts for the account whose message it is`(
    log: Capture.Log
  ) throws {
    var accounts: [String: String] = [:]
    var listing = try EventListing(paths: log.paths, options: log.capture.options)
    _ = try listing.run(
      EventListing.Sink { event in
        guard event.kind == .submission else { return }
        accounts[event.queueID.text] = event.account
      }
    )
    let mark = try #require(Self.marks[log.capture.server])
    var expected: [String: Int] = [:]
    let text = try log.paths.reversed().map { try Self.text($0) }.joined()
    for line in text.split(separator: "\n") where line.contains(mark) {
      let words = line.split(whereSeparator: { " :".contains($0) })
      let ids = words.map { String($0.hasPrefix("evpid=") ? $0.dropFirst(6).prefix(8) : $0) }
      if let account = ids.lazy.compactMap({ accounts[$0] }).first {
        expected[account, default: 0] += 1
      }
    }
    #expect(!expected.isEmpty || log.capture.name == "6.8.0-debian12")
    var found = Self.rejected(text, readsBounces: true)
    for (account, count) in Self.rejected(text, readsBounces: false) {
      found[account, default: 0] -= count
    }
    #expect(found.filter { $0.value != 0 } == expected)
  }

  @Test func `only the server's own status is a bounce`() {
    let stamp = "2026-11-21T10:00:00Z mx postfix"
    let client = "\(stamp)/smtpd[7]: 4Fabcdefghijz: client=x[192.0.2.1], sasl_method=PLAIN"
    let fate = "\(stamp)/smtp[8]: 4Fabcdefghijz:"
    func bounces(_ line: String) -> Int {
      let lines = [
        "\(client), sasl_username=alice",
        "\(stamp)/qmgr[9]: 4Fabcdefghijz: from=<a@b>, size=1, nrcpt=9 (queue active)", line, "",
      ]
      return Self.rejected(lines.joined(separator: "\n"), readsBounces: true)["alice"] ?? 0
    }
    #expect(bounces("\(fate) to=<x@y>, relay=none, dsn=5.4.4, status=bounced (no such host)") == 1)
    #expect(bounces("\(fate) to=<(x)@y>, relay=none, dsn=5.4.4, status=bounced (no)") == 1)
    for line in [
      "\(fate) to=<x@y>, relay=z[192.0.2.9]:25, dsn=2.0.0, status=sent (250, status=bounced (x))",
      "\(fate) to=<x@y>, relay=z, dsn=4.0.0, status=deferred (450, status=bounced (x))",
      "\(stamp)/smtp[8]: 4Fzzzzzzzzzzz: to=<x@y>, relay=none, dsn=5.4.4, status=bounced (no)",
      "\(stamp)/smtp[8]: to=<x@y>, relay=none, dsn=5.4.4, status=bounced (no)",
      "\(stamp)/qmgr[9]: 4Fabcdefghijz: removed\n"
        + "\(fate) to=<x@y>, relay=none, dsn=5.4.4, status=bounced (another message)",
    ] {
      #expect(bounces(line) == 0, "\(line)")
    }
  }

  @Test func `what a recipient is called does not tell whether Sendmail's message bounces`() {
    let front = "2026-11-21T10:00:00Z mx sm-mta[7]:"
    let id = "6ALB01aa000100"
    func bounces(_ recipient: String, _ status: String) -> Int {
      let lines = [
        "\(front) AUTH=server, relay=[192.0.2.1], authid=alice, mech=PLAIN, bits=0",
        "\(front) \(id): from=<a@b>, size=1, class=0, nrcpts=1, msgid=<c>, proto=ESMTPA, "
          + "daemon=MSA, relay=[192.0.2.1]",
        "\(front) \(id): to=\(recipient), delay=00:00:00, mailer=relay, pri=1, \(status)", "",
      ]
      return Self.rejected(lines.joined(separator: "\n"), readsBounces: true)["alice"] ?? 0
    }
    for recipient in ["<x@y>", "<\"a, mailer=b, dsn=5.1.1\"@y>", "<\"a, delay=1, mailer=b\"@y>"] {
      #expect(bounces(recipient, "dsn=2.0.0, stat=Sent") == 0, "\(recipient)")
      #expect(bounces(recipient, "dsn=5.1.1, stat=User unknown") == 1, "\(recipient)")
    }
  }

  @Test func `a log without bounces in it costs its lines of delivery nothing`() {
    let line =
      "2026-11-21T10:00:00Z mx postfix/smtp[8]: 4Fabcdefghijz: to=<x@y>, status=bounced (x)"
    for readsBounces in [false, true] {
      var parser = LineParser(readsBounces: readsBounces)
      var batch = EventBatch()
      let bytes = Array((line + "\n").utf8)
      parser.parse(bytes.span, into: &batch)
      #expect(batch.events.map(\.kind) == (readsBounces ? [.bounced] : []))
      #expect(batch.passedOver[Int(PassedOver.delivery.rawValue)] == (readsBounces ? 0 : 1))
    }
  }

  @Test func `a bounce behind a content filter is of whom the message was in front of it`() {
    let front = "2026-11-23T17:52:49+00:00 mx1 postfix"
    let log = """
      \(front)/smtpd[1]: 4AAAA1: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=carol
      \(front)/qmgr[2]: 4AAAA1: from=<c@x.example>, size=9, nrcpt=1 (queue active)
      \(front)/smtpd[3]: 4AAAA2: client=localhost[127.0.0.1], orig_queue_id=4AAAA1, \
      orig_client=x[192.0.2.1]
      \(front)/smtpd[4]: 4BBBB1: client=y[192.0.2.2], sasl_sender=a, orig_queue_id=4AAAA1
      \(front)/qmgr[2]: 4AAAA1: removed
      \(front)/error[5]: 4AAAA2: to=<b@y>, relay=none, delay=0, dsn=5.1.1, status=bounced (no)
      \(front)/error[5]: 4BBBB1: to=<b@y>, relay=none, delay=0, dsn=5.1.1, status=bounced (no)

      """
    #expect(Self.rejected(log, readsBounces: true) == ["carol": 1])
    #expect(Self.rejected(log, readsBounces: false) == [:])
  }

  @Test func `a bounce behind a before-queue filter is of whom the filter had the message from`() {
    let front = "2026-11-23T17:59:24+00:00 mx1 postfix"
    let log = """
      \(front)/smtpd[1]: NOQUEUE: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=bob
      \(front)/smtpd[3]: 4AAAA2: client=localhost[127.0.0.1], orig_client=x[192.0.2.1]
      \(front)/qmgr[2]: 4AAAA2: from=<b@x.example>, size=9, nrcpt=1 (queue active)
      \(front)/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4AAAA2; \
      from=<"; queued as 4CCCC1; from=<"@x.example> to=<b@y> proto=ESMTP helo=<me>
      \(front)/error[5]: 4AAAA2: to=<b@y>, relay=none, delay=0, dsn=5.1.1, status=bounced (no)
      \(front)/error[5]: 4CCCC1: to=<b@y>, relay=none, delay=0, dsn=5.1.1, status=bounced (no)

      """
    #expect(Self.rejected(log, readsBounces: true) == ["bob": 1])
  }

  private static func text(_ path: String) throws -> String {
    let input = try LogInput.open(path: path)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var bytes: [UInt8] = []
    while true {
      let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// How many refusals and bounces each account has.
  private static func rejected(_ text: String, readsBounces: Bool) -> [String: Int] {
    let bytes = Array(text.utf8)
    var parser = LineParser(readsBounces: readsBounces)
    var batch = EventBatch()
    parser.parse(bytes.span, into: &batch)
    var table = SessionTable(tracksBounces: readsBounces)
    var names = NameTable()
    var outcomes: [SessionOutcome] = []
    var resolver = StampResolver(zone: .utc, reference: Timestamp(seconds: 1_800_000_000))
    for event in batch.events {
      guard let time = try? resolver.resolve(event.stamp) else { continue }
      table.apply(event, at: time, in: bytes.span, names: &names, into: &outcomes)
    }
    table.finish(into: &outcomes)
    var rejected: [String: Int] = [:]
    for case .rejected(let account, _, _, let count, _) in outcomes {
      rejected[names.shown(account), default: 0] += Int(count)
    }
    return rejected
  }
}
