import Counters
import MailLog
import TestSupport
import Testing

@testable import Reports

/// The details of a sender or an account, as people see them.
struct NameDetailsTests {
  private static let period = SampleLog(zone: .utc).query("2026-11-20", "2026-11-21")

  /// Two accounts, one of which sends as both of its names.
  private static func counters(clients: Int = 1) -> Counters {
    var counters = Counters(zone: .utc, parts: .all)
    var terms = NameTable(foldsCase: false)
    let cipher = terms.intern("TLS_AES_256_GCM_SHA384")
    let mechanism = terms.intern("PLAIN")
    func send(_ account: String, as sender: String, _ network: Int, _ tls: TLSVersion) {
      var submission = Submission.made(
        at: .on("2026-11-21", 12 + network),
        account: counters.names.intern(account),
        sender: counters.names.intern(sender),
        client: ClientAddress("192.0.\(network).10") ?? .unknown,
        tls: tls,
        messages: 3
      )
      submission.cipher = tls == .none ? NameTable.empty : cipher
      submission.mechanism = mechanism
      counters.record(submission)
      counters.details?.record(submission, terms: terms)
    }
    for network in 0..<clients { send("alice", as: "alice@example.org", network, .tls13) }
    send("alice", as: "sales@example.org", 0, .tls10)
    send("bob", as: "sales@example.org", 0, .none)
    return counters
  }

  private static func table(
    _ role: NameDetails.Role,
    _ name: String,
    _ counters: Counters,
    _ query: ReportQuery = period,
    width: Int? = 90
  ) throws -> String {
    let details = try #require(NameDetails(role, name, from: counters.snapshot, query))
    var lines = LineWriter(Presentation(width: width, origin: .daemon))
    details.writeTable(to: &lines)
    return String(decoding: lines.output.bytes, as: UTF8.self)
  }

  @Test func `an account has its days, its senders, its clients and its mechanisms`() throws {
    #expect(
      try Self.table(.account, "alice", Self.counters(), width: 80) == """
        Account alice · 20 Nov – 21 Nov 2026 (UTC)
        6 messages, 6 recipients, 6.0 kB

        Messages per day
        Fri 20 Nov                                                                     0
        Sat 21 Nov  █████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  6

        TLS
        █ TLS 1.3  █████████████████████████████                               50.0% (3)
        ░ TLS 1.0  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░                               50.0% (3)

        sender             messages  share  TLS         recipients   bytes
        alice@example.org         3  50.0%  ██████████           3  3.0 kB
        sales@example.org         3  50.0%  ░░░░░░░░░░           3  3.0 kB

        Recent clients of account alice, in all the days kept
        network       TLS  first                last                 messages
        192.0.0.0/24  1.0  2026-11-21 12:00:00  2026-11-21 12:00:00         3
        192.0.0.0/24  1.3  2026-11-21 12:00:00  2026-11-21 12:00:00         3
        SASL mechanisms: PLAIN 6

        """
    )
  }

  @Test(arguments: [["(unknown)"], [""], ["(unknown)", ""]])
  func `an account that no line named is found by what reports call it`(names: [String]) throws {
    var log = SampleLog()
    // Of a sender, the same text is another name.
    log.send("alice", as: "(unknown)", on: "2026-11-21")
    for name in names { log.send(name, as: "info@example.org", on: "2026-11-21") }
    let counters = log.counters.snapshot
    let found = try #require(NameDetails(.account, "(unknown)", from: counters, Self.period))
    #expect(found.name == "(unknown)")
    #expect(found.sums.total.messages == UInt64(names.count))
    #expect(found.others.map(\.name) == ["info@example.org"])
    let sender = try #require(NameDetails(.sender, "(unknown)", from: counters, Self.period))
    #expect(sender.sums.total.messages == 1)
  }

  @Test func `a sender has its accounts and their clients`() throws {
    let table = try Self.table(.sender, "SALES@example.org", Self.counters(), width: 160)
    #expect(table.hasPrefix("Sender sales@example.org · 20 Nov – 21 Nov 2026 (UTC)\n6 messages"))
    for part in [
      "Recent clients of account alice, in all the days kept\n", "TLS_AES_256_GCM_SHA384\n",
      "Recent clients of account bob, in all the days kept\n", "none  2026-11-21 12:00:00",
      "  3  –\n",
    ] { #expect(table.contains(part), "\(part)") }
  }

  @Test func `the clients of a sender's account are the last eight, those of an account all`()
    throws
  {
    let counters = Self.counters(clients: 10)
    let sender = try Self.table(.sender, "alice@example.org", counters)
    #expect(sender.matches(of: /\/24/).count == 8)
    #expect(sender.contains("… and 3 more\n"))
    let account = try Self.table(.account, "alice", counters)
    #expect(account.matches(of: /\/24/).count == 11)
  }

  @Test func `a name without messages in the period says so, and shows its clients`() throws {
    let query = SampleLog(zone: .utc).query("2026-11-01", "2026-11-02")
    let table = try Self.table(.account, "alice", Self.counters(), query)
    #expect(table.contains("No message in this period. Other days: --days, --start and --end.\n"))
    #expect(table.contains("Recent clients of account alice"))
  }

  @Test func `refusals are told`() throws {
    var counters = Self.counters()
    let alice = counters.names.intern("alice")
    for _ in 0..<2 {
      counters.details?.recordRejection(
        alice,
        from: .unknown,
        at: Timestamp.on("2026-11-21")
      )
    }
    let table = try Self.table(.account, "alice", counters)
    #expect(table.contains("\n! 2 commands or messages refused or bounced\n"))
  }

  @Test func `times are on the clock of the zone`() throws {
    var query = Self.period
    query.zone = ZoneRules(name: "UTC+05:30", transitions: [], offsets: [19_800])
    let table = try Self.table(.account, "bob", Self.counters(), query)
    #expect(table.contains("(UTC+05:30)\n"))
    #expect(table.contains("2026-11-21 17:30:00"))
  }

  @Test func `more than twenty-five names are counted, and none writes to the terminal`() throws {
    var counters = Counters(zone: .utc)
    var log = SampleLog()
    for number in 0..<30 { log.send("x", as: "a\u{202e}\(number)\u{1b}[31m", on: "2026-11-21") }
    counters = log.counters
    let table = try Self.table(.account, "x", counters, width: nil)
    #expect(table.matches(of: /a\\u\{202E\}/).count == 25)
    #expect(table.contains("… and 5 more (--format json has all)\n"))
    #expect(!table.contains("\u{1b}"))
  }

  @Test(arguments: [20, 40, 80, 110, 160]) func `no line is wider than asked for`(width: Int) throws
  {
    let table = try Self.table(.sender, "sales@example.org", Self.counters(), width: width)
    let widest = table.split(separator: "\n").map { TerminalText.width(String($0)) }.max() ?? 0
    #expect(widest <= width)
  }
}
