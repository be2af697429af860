import NIOEmbedded
import Testing

@testable import HTTPAPI

struct ConnectionTableTests {
  @Test func `an answer is held until it is sent, whatever is sent before it`() throws {
    var limits = HTTPLimits()
    limits.heldBytes = 100
    let table = ConnectionTable(limits)
    let ids = try (0..<2).map { _ in try #require(table.admit(EmbeddedChannel(), .own)) }
    for id in ids { table.setWaiting(id, false) }
    // Two requests of one connection: the second answer is there before the first one is sent.
    #expect(table.hold(10, for: ids[0]))
    #expect(table.hold(80, for: ids[0]))
    table.release(ids[0])
    #expect(!table.hold(30, for: ids[1]))
    table.release(ids[1])
    table.release(ids[0])
    #expect(table.hold(30, for: ids[1]))
  }
}
