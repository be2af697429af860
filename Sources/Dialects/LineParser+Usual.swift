import MailLog

// The fast way through a log: lines with a usual front, one after the other.
extension LineParser {
  /// Parses lines up to the first one that has no usual front.
  ///
  /// - Parameters:
  ///   - block: the bytes of the lines.
  ///   - ends: where they end.
  ///   - number: the number of the next line in `ends`.
  ///   - start: where that line starts.
  ///   - batch: takes the events.
  mutating func parseUsual(
    _ block: Span<UInt8>,
    _ ends: Span<UInt32>,
    from number: inout Int,
    at start: inout Int,
    into batch: inout EventBatch
  ) {
    batch.makeRoom(for: ends.count &- number)
    // Taken out of the batch meanwhile: that nobody else holds them is asked once, not per line.
    var taken: [MailEvent] = []
    swap(&taken, &batch.places)
    var places = taken.mutableSpan
    var count = batch.count
    let first = number
    var isEvent = followsEvent
    while number < ends.count {
      let end = Int(ends[number])
      guard let front = LineFront(block, from: start, to: end, &stamps, programs) else { break }
      let program = programs[front.place]
      var verdict = Verdict.event
      if let ignored = program.part.ignored {
        verdict = .passedOver(ignored)
      } else {
        guard let stamp = front.stamp(block, &stamps) else { break }
        var message = ByteScanner(block, from: front.message, to: end)
        message.dropCarriageReturn()
        guard !Self.isWrapped(message) else { break }
        places[count].stamp = stamp
        Self.begin(&places[count], program, pid: front.pid)
        verdict =
          program.server == .postfix
          ? Postfix.parse(message, part: program.part, into: &places[count])
          : program.dialect.parse(message, part: program.part, into: &places[count])
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
      number &+= 1
    }
    swap(&taken, &batch.places)
    batch.usedLines &+= count &- batch.count
    batch.count = count
    guard number > first else { return }
    followsEvent = isEvent
    batch.endsWithEvent = isEvent
    isFirstInBlock = false
  }
}
