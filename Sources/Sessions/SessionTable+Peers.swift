import MailLog

// Postfix' processes serve one client after the other: where lines are missing between two of them,
// the second is not to have the TLS of the first, nor the first the refusals of the second.
extension SessionTable {
  /// The line names the session's client, the same as lines before if it is the same session.
  ///
  /// Where a server in front has named another one, too, what is known of TLS is not that client's.
  @inline(__always) mutating func meet(
    _ slot: Int,
    _ event: EventView,
    at time: Timestamp,
    in block: Span<UInt8>,
    into outcomes: inout [SessionOutcome]
  ) {
    let peer = event.peer(in: block)
    let known = sessions[slot: slot].peer
    guard peer != known, peer != 0 else { return }
    if known != 0 { beginAnew(slot, event, at: time, into: &outcomes) }
    sessions[slot: slot].peer = peer
  }
}

extension EventView {
  /// A hash of the end of `host[address]`, without the port, in lower case as TLS lines have it; 0 where the line names no client, or is
  /// another server's, whose sessions have names of their own.
  @inline(__always) func peer(in block: Span<UInt8>) -> UInt32 {
    guard server == .postfix, !client.isEmpty else { return 0 }
    let bracket = UInt8(ascii: "]")
    var end = client.range.upperBound
    if block[end &- 1] != bracket {
      end = (client.range.last { block[$0] == bracket } ?? end &- 1) &+ 1
    }
    let text = block.extracting(client.range.lowerBound..<end)
    let hash = ByteHash.mix(
      text.word(at: max(0, text.count &- 8)).asciiLowercased,
      text.word(at: max(0, text.count &- 16)).asciiLowercased
    )
    return max(1, UInt32(truncatingIfNeeded: hash))
  }
}
