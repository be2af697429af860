import MailLog

// What is stored beside the accounts.
extension SpikeDetector {
  /// The version of the form.
  ///
  /// 1: refusals were not watched apart; whose login failed last, and when an alert was withheld, was
  /// not stored. 2: failed logins were counted by the day.
  private static let format: UInt64 = 3

  var packedState: [UInt8] {
    var packed = PackedWriter()
    packed.append(Self.format)
    packed.append(watchedFrom)
    packed.append(signed: minute)
    for number in [totals.unwatched, totals.withheld, totals.forgottenFailures] {
      packed.append(number)
    }
    packed.append(signed: ledger.budget.hour)
    packed.append(UInt64(ledger.budget.warnings))
    packed.append(UInt64(ledger.budget.criticals))
    append(failures, to: &packed)
    packed.append(UInt64(lastFailed))
    packed.append(signed: totals.lastWithheld?.nanoseconds ?? 0)
    packed.append(UInt64(watchlist.entries.count))
    for entry in watchlist.entries { entry.write(to: &packed) }
    return packed.bytes
  }

  private func append(_ failures: FailedLogins, to packed: inout PackedWriter) {
    packed.append(failures.forgotten)
    packed.append(UInt64(failures.lastPlace.map { $0 + 1 } ?? 0))
    packed.append(UInt64(failures.lastNetwork))
    packed.append(UInt64(failures.entries.count))
    for (place, entry) in failures.entries.sorted(by: { $0.key < $1.key }) {
      packed.append(UInt64(place))
      entry.write(to: &packed)
    }
  }

  mutating func restore(_ packed: inout PackedReader) -> Bool {
    guard let format = packed.number(), (1...Self.format).contains(format),
      let day = packed.firstDay(), let minute = packed.time(inUnitsOf: Self.minuteLength),
      let unwatched = packed.count(), let withheld = packed.count(),
      let forgotten = packed.count(), let hour = packed.time(inUnitsOf: Moment.hour),
      let warnings = packed.number32(), let criticals = packed.number32()
    else { return false }
    watchedFrom = day
    self.minute = minute
    totals.unwatched = unwatched
    totals.withheld = withheld
    totals.forgottenFailures = forgotten
    ledger.budget = AlertLedger.Budget(hour: hour, warnings: warnings, criticals: criticals)
    guard restoreFailures(&packed, format),
      let lastFailed = format == 1 ? NameTable.empty : packed.number32(),
      lastFailed < max(1, packed.nameLimit),
      let withheldAt = format == 1 ? Timestamp(nanoseconds: 0) : packed.time()
    else { return false }
    self.lastFailed = lastFailed
    totals.lastWithheld = withheldAt.nanoseconds == 0 ? nil : withheldAt
    return restoreWatchlist(&packed, format)
  }

  private mutating func restoreFailures(_ packed: inout PackedReader, _ format: UInt64) -> Bool {
    guard let forgotten = packed.count(), let last = packed.number32(),
      let network = packed.number32(), let count = packed.number32()
    else { return false }
    var entries: [Int: FailedLogins.Entry] = [:]
    for _ in 0..<count {
      guard let place = packed.number32(), let entry = FailedLogins.Entry(&packed, format)
      else { return false }
      entries[Int(place)] = entry
    }
    let lastPlace = last == 0 ? nil : Int(last) - 1
    failures.restore(entries, forgotten: forgotten, last: (lastPlace, network))
    return true
  }

  private mutating func restoreWatchlist(_ packed: inout PackedReader, _ format: UInt64) -> Bool {
    guard let count = packed.number32() else { return false }
    for _ in 0..<count {
      guard let entry = Watchlist.Entry(&packed, format) else { return false }
      watchlist.restore(entry)
    }
    return true
  }
}

extension PackedReader {
  /// The first day that is known; the last that there is stands for none.
  fileprivate mutating func firstDay() -> CivilDate? {
    signed().flatMap { day in
      day == Int64(Int32.max) ? CivilDate(daysSince1970: .max) : CivilDate(stored: day)
    }
  }
}

extension FailedLogins.Entry {
  fileprivate func write(to packed: inout PackedWriter) {
    packed.append(key)
    packed.append(signed: last)
    packed.append(UInt64(hours.count))
    for count in hours { packed.append(UInt64(count)) }
    packed.append(networks)
  }

  fileprivate init?(_ packed: inout PackedReader, _ format: UInt64) {
    guard let key = packed.number(), let last = packed.time()?.nanoseconds,
      // Before, that day's and the day's before.
      let hourCount = format < 3 ? 2 : packed.number(),
      (1...UInt64(FailedLogins.hourCount)).contains(hourCount)
    else { return nil }
    var hours: [UInt32] = []
    for _ in 0..<hourCount {
      guard let count = packed.number32() else { return nil }
      hours.append(count)
    }
    guard let count = packed.number(), count <= UInt64(FailedLogins.networkLimit) else {
      return nil
    }
    self.init(key: key, last: last, hours: format < 3 ? [hours[0]] : hours)
    guard let networks = packed.numbers(count) else { return nil }
    self.networks = networks
  }
}

extension Watchlist.Entry {
  fileprivate func write(to packed: inout PackedWriter) {
    packed.append(UInt64(key.account))
    packed.append(key.isRejections)
    packed.append(last)
    packed.append(lastLine)
    packed.append(UInt64(senders.count))
    for sender in senders { packed.append(UInt64(sender)) }
    packed.append(UInt64(clients.count))
    for client in clients {
      packed.append(client.network)
      packed.append(signed: client.first?.nanoseconds ?? .min)
      packed.append(client.count)
      packed.append(client.isNew)
    }
    packed.append(texts: evidence)
  }

  fileprivate init?(_ packed: inout PackedReader, _ format: UInt64) {
    guard let account = packed.name(),
      let isRejections = format == 1 ? false : packed.flag(), let last = packed.time(),
      let lastLine = packed.timeOrEarliest(), let senderCount = packed.number32()
    else { return nil }
    self.init(key: Watchlist.Key(account, isRejections ? .rejections : .score), last: last)
    self.lastLine = lastLine
    for _ in 0..<senderCount {
      guard let sender = packed.name() else { return nil }
      senders.append(sender)
    }
    guard let clientCount = packed.number32() else { return nil }
    for _ in 0..<clientCount {
      guard let network = packed.address(), let first = packed.timeOrEarliest(),
        let count = packed.count(), let isNew = packed.flag()
      else { return nil }
      clients.append(
        Watchlist.Client(
          network: network,
          first: first.nanoseconds == .min ? nil : first,
          count: count,
          isNew: isNew
        )
      )
    }
    guard let evidence = packed.texts() else { return nil }
    self.evidence = evidence
  }
}
