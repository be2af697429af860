import MailLog

// Postfix behind another server, which names the client and the login (XCLIENT).
extension SessionTable {
  /// A server other than Postfix tells a login: it may name that to a Postfix on its host.
  @inline(__always) mutating func noteLogin(_ event: EventView) {
    guard event.dialect != 0, event.host.label != lastHostWithLogins else { return }
    lastHostWithLogins = event.host.label
    hostsWithLogins.insert(event.host.label)
  }

  /// Whether a server in front, on the same host, has told of the message; a log that names no host
  /// is of the same.
  func isHandedOn(_ event: EventView) -> Bool {
    hostsWithLogins.contains(event.host.label) || hostsWithLogins.contains(.unnamed)
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
