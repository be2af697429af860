import MailLog
import TestSupport
import Testing

@testable import Counters

@Suite struct AccountDetailsTests {
  private func submission(_ hour: Int, network: Int, mechanism: UInt32 = 1) -> Submission {
    var submission = Submission.made(
      at: Timestamp(seconds: Int64(hour) * 3600),
      account: 5,
      client: ClientAddress(ipv4: UInt32(network << 8 + hour)),
      messages: 2
    )
    submission.mechanism = mechanism
    return submission
  }

  private let terms: NameTable = {
    var terms = NameTable(foldsCase: false)
    for name in ["PLAIN", "LOGIN"] { _ = terms.intern(name) }
    return terms
  }()

  @Test func `the clients seen last are kept, each once`() {
    var details = AccountDetails(limits: CounterLimits())
    for hour in 0..<40 { details.record(submission(hour, network: hour % 20), terms: terms) }
    details.record(submission(1, network: 99), terms: terms)
    let clients = details.clients(of: 5)
    #expect(clients.map { Int($0.last.seconds / 3600) } == (24..<40).reversed())
    #expect(clients.allSatisfy { $0.address.low & 0xff == UInt64($0.last.seconds / 3600) })
    #expect(details.clients(of: 4).isEmpty)
  }

  @Test func `a client has its first and its last message, whatever their order`() throws {
    var details = AccountDetails(limits: CounterLimits())
    for hour in [5, 9, 3, 7] { details.record(submission(hour, network: 1), terms: terms) }
    let client = try #require(details.clients(of: 5).first)
    #expect((client.first.seconds, client.last.seconds) == (3 * 3600, 9 * 3600))
    #expect(client.messages == 8)
    #expect(client.address == ClientAddress(ipv4: 1 << 8 + 9))
  }

  @Test func `mechanisms and rejections are counted`() {
    var details = AccountDetails(limits: CounterLimits())
    for hour in 0..<3 { details.record(submission(hour, network: 1, mechanism: 2), terms: terms) }
    details.record(submission(9, network: 1), terms: terms)
    #expect(
      details.mechanisms(of: 5).map { "\(details.terms.shown($0.name)) \($0.messages)" }
        == ["LOGIN 6", "PLAIN 2"]
    )
    details.recordRejection(5, from: ClientAddress(ipv4: 1), at: Timestamp(seconds: 9))
    details.recordRejection(5, from: ClientAddress(ipv4: 2), at: Timestamp(seconds: 8))
    details.recordRejection(NameTable.empty, from: .unknown, at: Timestamp(seconds: 8))
    #expect(details.rejections(of: 5)?.count == 2)
    details.recordRejection(5, from: .unknown, at: Timestamp(seconds: 7), count: 14)
    #expect(details.rejections(of: 5)?.count == 16)
    #expect(details.rejections(of: 5)?.lastClient == ClientAddress(ipv4: 1))
    #expect(details.rejections(of: NameTable.empty) == nil)
  }

  @Test func `a flood of accounts and terms takes no memory`() {
    var limits = CounterLimits()
    limits.accountEntries = 10
    var details = AccountDetails(limits: limits)
    var terms = NameTable(foldsCase: false)
    for number in 0..<5000 {
      var message = submission(1, network: 1)
      message.account = UInt32(number)
      message.cipher = terms.intern("cipher\(number)")
      message.mechanism = NameTable.empty
      details.record(message, terms: terms)
    }
    #expect(details.clients.entries.count == 10)
    #expect(details.drops == 9980)
    #expect(details.terms.count <= 4097)
  }
}
