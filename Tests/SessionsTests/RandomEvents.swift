import MailLog

@testable import Sessions

/// Random events of a few processes, messages and hosts, the same for the same seed.
struct RandomEvents {
  private var state: UInt64
  private var hosts = 0

  init(seed: UInt64) {
    state = seed
    hosts = below(3) + 1
  }

  private mutating func below(_ limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Int(ByteHash.mix(state, 0xbf58_476d_1ce4_e5b9) % UInt64(limit))
  }

  private static let kinds: [MailEvent.Kind] = [
    .connected, .connected, .tlsEstablished, .tlsFailed, .authenticatedMessage,
    .authenticatedMessage, .authenticatedMessage, .otherMessage, .authFailed, .queued, .queued,
    .queued, .queued, .filterAccepted, .messageID, .messageID, .held, .held, .refused,
    .rejectedCommand, .removed, .lostInData, .lost, .disconnected, .disconnected, .receivedHeader,
    .lineRepeated, .authenticated, .accepted, .accepted, .acceptedUnlessRefused, .submitted,
    .envelope,
  ]

  /// One random event; all depends on the numbers alone, nothing on the table.
  mutating func step(_ log: inout SessionLog) {
    let kind = Self.kinds[below(Self.kinds.count)]
    let host = UInt64(below(hosts) + 1)
    let needsNoID = [.held, .authenticatedMessage].contains(kind) && below(4) == 0
    let queueID = needsNoID ? "" : "ABCDEF" + String(below(6))
    let process = UInt32(below(5))
    let flags = below(40)
    let version = TLSVersion(rawValue: UInt8(below(7))) ?? .unknown
    let name = below(8) == 0 ? nil : "user\(below(4))"
    // Clocks also go back.
    let steps = [0, 0, 0, 0, 0.1, 1, 3, -2, 30, 61, 3600, 90_000, 450_000]
    log.time += below(6) == 0 ? steps[below(steps.count)] : 0
    log.apply(kind, process: process, host: host, queueID: queueID, name: name) { event in
      event.tls = version
      event.recipients = Int32(flags) - 1
      event.bytes = Int64(flags) - 1
      event.sender = event.name
      event.mechanism = event.detail
      if flags & 3 == 2 { event.flags.insert(.showsNoTLS) }
      if flags & 3 == 0 { event.flags.insert(.startedTLS) }
      if flags & 7 == 1 { event.flags.insert(.wrapped) }
      if flags == 9 { event.flags.insert(.standsAlone) }
      if flags & 1 == 0 { event.flags.insert(.followsEvent) }
    }
  }
}
