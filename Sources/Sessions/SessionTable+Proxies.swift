import MailLog

// Postfix behind another server, which names the client and the login (XCLIENT).
extension SessionTable {
  /// A server other than Postfix tells a login: it may hand mail on to a Postfix on its host.
  @inline(__always) mutating func noteLogin(_ event: EventView) {
    guard event.server != .postfix, event.host.label != lastHostWithLogins else { return }
    lastHostWithLogins = event.host.label
    if !silentFronts.contains(event.host.label) { fronts.insert(event.host.label) }
  }

  /// A Postfix tells of a message that a server in front hands on: whether that one's line has counted
  /// it.
  ///
  /// Else the message may be left to such a line, on a host with such a server, and in a log that names
  /// no host.
  mutating func isCountedInFront(_ event: EventView) -> Bool {
    let key = MessageKey.handedOn(event.queueID)
    defer { drops.handedOn = handedOn.forgotten }
    if handedOn.inFront.remove(key) {
      handedOn.hasMatched = true
      return true
    }
    let isLeft = fronts.contains(event.host.label) || fronts.contains(.unnamed)
    _ = isLeft ? handedOn.left.add(key) : handedOn.behind.add(key, at: event.host.label)
    return false
  }

  /// A server in front tells of a message that it has handed on: whether the Postfix behind it has
  /// counted it.
  ///
  /// That one's host, too, has a server in front then, wherever it is: its next messages wait for the
  /// line that tells the TLS.
  mutating func isCountedBehind(_ event: EventView, in block: Span<UInt8>) -> Bool {
    expectFront(of: event.host.label)
    defer { drops.handedOn = handedOn.forgotten }
    let id = QueueID(block.extracting(event.detail.range))
    if let place = unsettled.find(.leftToFront(id)) {
      unsettled.remove(place)
      handedOn.hasMatched = true
      return false
    }
    let key = MessageKey.handedOn(id)
    if let host = handedOn.behind.take(key) {
      handedOn.hasMatched = true
      // No host of earlier versions' messages is known.
      if host != .unnamed { expectFront(of: host) }
      return true
    }
    _ = handedOn.inFront.add(key)
    return false
  }

  private mutating func expectFront(of host: HostKey) {
    silentFronts.remove(host)
    fronts.insert(host)
  }

  /// Whether a message that the Postfix has not accepted yet is left to the server in front.
  func isLeftToFront(_ id: QueueID) -> Bool {
    !handedOn.left.isEmpty && handedOn.left.contains(.handedOn(id))
  }

  /// Whether a message that the Postfix has accepted is left to the server in front: if that one's line
  /// does not come, it counts after all.
  mutating func leaveToFront(
    _ message: WaitingMessage,
    _ known: EarlyMessage,
    _ id: QueueID
  ) -> Bool {
    let key = MessageKey.handedOn(id)
    guard handedOn.left.remove(key) else { return false }
    if handedOn.inFront.remove(key) { return true }
    guard unsettled.count < limits.unsettled else { return false }
    var entry = UnsettledMessages.Entry(
      message: message,
      server: .postfix,
      bytes: known.bytes,
      recipients: known.recipients,
      repeats: 1
    )
    entry.message.heldAt = known.time
    entry.message.heldStamp = known.stamp
    unsettled.add(.leftToFront(id), entry)
    return true
  }

  /// No server in front has told of the message, which counts now: it may be a proxy, which tells logins
  /// alone, or one whose log is not read, and the next messages do not wait for it.
  mutating func missFront(_ message: WaitingMessage, _ id: QueueID) {
    for host in [message.host.label, .unnamed] where fronts.remove(host) != nil {
      silentFronts.insert(host)
    }
    _ = handedOn.behind.add(.handedOn(id), at: message.host.label)
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

extension MessageKey {
  /// The key among the unsettled messages of one that waits for the line of a server in front; no line
  /// of its Postfix, whatever its host, has this one.
  static func leftToFront(_ id: QueueID) -> MessageKey {
    MessageKey(host: HostKey(name: Array("(front)".utf8)), queueID: id)
  }

  var isLeftToFront: Bool { self == .leftToFront(queueID) }
}
