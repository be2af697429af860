import MailLog

// The fast way through a log: lines with a usual front, one after the other.
extension LineParser {
  /// Parses the lines from `start` on up to the first one that has no usual front; where it starts.
  mutating func parseUsual(
    _ block: Span<UInt8>,
    from first: Int,
    into batch: inout EventBatch
  ) -> Int {
    batch.makeRoom(for: (block.count &- first) / LineFront.leastLength)
    // Taken out of the batch meanwhile: that nobody else holds them is asked once, not per line.
    var taken: [MailEvent] = []
    swap(&taken, &batch.places)
    var places = taken.mutableSpan
    var count = batch.count
    var start = first
    var isEvent = followsEvent
    while start < block.count {
      let end = block.endOfLine(from: start)
      guard
        let front = LineFront(block, from: start, to: end, &stamps, programs)
          ?? LineFront(withoutProcess: block, from: start, to: end, &stamps, programs)
      else { break }
      let program = programs[front.place]
      var verdict = Verdict.event
      if let ignored = program.part.ignored {
        verdict = .passedOver(ignored)
      } else {
        guard let stamp = front.stamp(block, stamps) else { break }
        var message = ByteScanner(block, from: front.message, to: end)
        message.dropCarriageReturn()
        guard !Self.isWrapped(message) else { break }
        places[count].stamp = stamp
        Self.begin(&places[count], program, pid: front.pid)
        verdict = program.dialect.parse(message, part: program.part, into: &places[count])
      }
      switch verdict {
      case .event:
        count &+= 1
        isEvent = true
      case .passedOver(let reason):
        batch.passedOver[Int(reason.rawValue)] &+= 1
        isEvent = false
      }
      start = end &+ 1
    }
    swap(&taken, &batch.places)
    batch.usedLines &+= count &- batch.count
    batch.count = count
    if start > first {
      followsEvent = isEvent
      batch.endsWithEvent = isEvent
      isFirstInBlock = false
    }
    return start
  }
}
