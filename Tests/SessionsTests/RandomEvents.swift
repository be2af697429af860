import MailLog
import TestSupport

/// Random events of a few processes, messages and hosts, the same for the same seed.
struct RandomEvents {
  private var numbers: SeededNumbers
  private var hosts = 0

  init(seed: UInt64) {
    numbers = SeededNumbers(seed)
    hosts = numbers.below(3) + 1
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
    let kind = Self.kinds[numbers.below(Self.kinds.count)]
    let host = UInt64(numbers.below(hosts) + 1)
    let needsNoID = [.held, .authenticatedMessage].contains(kind) && numbers.below(4) == 0
    let queueID = needsNoID ? "" : "ABCDEF" + String(numbers.below(6))
    let process = UInt32(numbers.below(5))
    let flags = numbers.below(40)
    let version = TLSVersion(rawValue: UInt8(numbers.below(7))) ?? .unknown
    let name = numbers.below(8) == 0 ? nil : "user\(numbers.below(4))"
    // Clocks also go back.
    let steps = [0, 0, 0, 0, 0.1, 1, 3, -2, 30, 61, 3600, 90_000, 450_000]
    log.time += numbers.below(6) == 0 ? steps[numbers.below(steps.count)] : 0
    log.apply(kind, process: process, host: host, queueID: queueID, name: name) { event in
      event.tls = version
      event.recipients = Int32(flags) - 1
      event.bytes = Int64(flags) - 1
      event.sender = event.name
      event.mechanism = event.detail
      if flags & 3 == 2 { event.flags.insert(.showsNoTLS) }
      if flags & 3 == 0 { event.flags.insert(.startedTLS) }
      if flags & 7 == 1 { event.flags.insert(.wrapped) }
      if flags == 11 { event.flags.insert(.unproven) }
      if flags == 9 { event.flags.insert(.standsAlone) }
      if flags & 1 == 0 { event.flags.insert(.followsEvent) }
    }
  }
}
