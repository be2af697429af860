package import MailLog

extension Counters {
  /// Adds what other counters counted: those of an import.
  ///
  /// Nothing may be in both. Days that are over stay packed.
  ///
  /// - Parameters:
  ///   - other: a snapshot of counters with the same zone.
  ///   - logsTLS: whether a host is known here to log TLS.
  package mutating func merge(_ other: CounterSnapshot, logsTLS: (HostKey) -> Bool) {
    var numbers: [NameTable.ID] = []
    numbers.reserveCapacity(other.names.count)
    for id in 0..<UInt32(other.names.count) {
      let name = Array(other.names.bytes(id))
      numbers.append(names.intern(name.span))
    }
    let number = { (id: NameTable.ID) in numbers[Int(id)] }
    decided.merge(other.decided, unknownAs: .unknown, number: number, &context)
    for (host, set) in other.undecided {
      if logsTLS(host) {
        decided.merge(set, unknownAs: .none, number: number, &context)
      } else {
        if undecided[host] == nil { addSet(of: host) }
        undecided[host]?.merge(set, unknownAs: .unknown, number: number, &context)
      }
    }
    failures.merge(other.failures)
    if let otherDetails = other.details { details?.merge(otherDetails, number: number) }
    context.drops.add(other.drops)
  }
}

extension CounterDrops {
  mutating func add(_ other: CounterDrops) {
    senders += other.senders
    accounts += other.accounts
    accountEntries += other.accountEntries
  }
}
