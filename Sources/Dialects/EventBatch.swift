package import MailLog

/// What the lines of one block yield.
package struct EventBatch: Sendable {
  /// The events, in front, and behind them places for more: an event is written where it stays.
  var places: [MailEvent] = []
  var count = 0
  /// How many lines were passed over, by the reason's raw value.
  package var passedOver = InlineArray<12, Int>(repeating: 0)
  /// Lines that yielded an event.
  package var usedLines = 0
  /// The block's last line yielded an event.
  package var endsWithEvent = false
  /// Where the block holds a line that only `EnvelopeReader` can read; what follows is not parsed.
  package var envelopeStart: Int?

  package init() {}

  package var events: ArraySlice<MailEvent> { places[..<count] }

  /// Hands out the place behind the last event; false: what is written there is no event.
  @inline(__always) mutating func writeNext(_ write: (inout MailEvent) -> Bool) {
    if count == places.count { addPlaces() }
    if write(&places[count]) { count &+= 1 }
  }

  /// Makes sure that so many events have a place.
  mutating func makeRoom(for added: Int) {
    while places.count < count + added { addPlaces() }
  }

  @inline(never) private mutating func addPlaces() {
    let vacant = MailEvent(
      kind: .connected,
      process: ProcessKey(program: 0, id: 0),
      host: HostKey(hash: 0)
    )
    places.append(contentsOf: repeatElement(vacant, count: max(256, places.count)))
  }

  /// The process of the last event is not sure: nor is whose TLS it tells.
  mutating func hideTLS() {
    if places[count - 1].kind == .tlsEstablished { places[count - 1].tls = .unknown }
  }

  package var lines: Int {
    var sum = usedLines
    for index in passedOver.indices { sum += passedOver[index] }
    return sum
  }

  /// Whether a mail server has written one of the lines, be it of interest or not.
  package var holdsMailLines: Bool {
    let others: [PassedOver] = [.delivery, .otherMailProgram, .notAboutSubmission]
    return usedLines > 0 || envelopeStart != nil
      || others.contains { passedOver[Int($0.rawValue)] > 0 }
  }

  package mutating func removeAll() {
    count = 0
    passedOver = InlineArray(repeating: 0)
    usedLines = 0
    endsWithEvent = false
    envelopeStart = nil
  }
}
