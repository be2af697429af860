import MailLog

// Postfix behind another server, which names the client and the login (XCLIENT).
extension SessionTable {
  /// A server other than Postfix tells a login: it may name that to a Postfix on its host.
  @inline(__always) mutating func noteLogin(_ event: EventView) {
    guard event.server != .postfix, event.host.label != lastHostWithLogins else { return }
    lastHostWithLogins = event.host.label
    hostsWithLogins.insert(event.host.label)
  }

  /// A Postfix tells of a message that a server in front hands on: whether that one's lines count it.
  ///
  /// So they do on a host where it tells of logins (a log that names no host is of the same), and
  /// where they came first.
  mutating func isCountedInFront(_ event: EventView) -> Bool {
    let key = MessageKey(host: .unnamed, queueID: event.queueID)
    if handedOn.inFront.remove(key) { return true }
    let tellsLogins =
      hostsWithLogins.contains(event.host.label) || hostsWithLogins.contains(.unnamed)
    _ = tellsLogins ? handedOn.left.add(key) : handedOn.behind.add(key)
    return tellsLogins
  }

  /// A server in front tells of a message that it has handed on: whether the Postfix behind it has
  /// counted it.
  mutating func isCountedBehind(_ event: EventView, in block: Span<UInt8>) -> Bool {
    let id = QueueID(block.extracting(event.detail.range))
    let key = MessageKey(host: .unnamed, queueID: id)
    if handedOn.left.remove(key) { return false }
    if handedOn.behind.remove(key) { return true }
    _ = handedOn.inFront.add(key)
    return false
  }

  /// What is known of the session's TLS, or that it had none, is of the server in front.
  mutating func hideTLS(_ slot: Int) {
    sessions[slot: slot].tls = .unknown
    sessions[slot: slot].cipher = NameTable.empty
    sessions[slot: slot].flags.remove(.seenFromStart)
  }
}

extension EventView {
  /// Whether a server in front names the login.
  @inline(__always) func isByXCLIENT(in block: Span<UInt8>) -> Bool {
    detail.count == 7 && block.extracting(detail.range).word(at: 0) == 0x54_4e45_494c_4358
  }
}
