import MailLog

// What comes back from where it is stored.
extension Counters {
  mutating func restore(nextSet: Int, drops: CounterDrops, hosts: [(HostKey, set: Int)]) {
    self.nextSet = nextSet
    context.drops = drops
    for (host, set) in hosts {
      undecided[host] = CounterSet(number: set, lastSeenLimit: context.limits?.accountEntries)
    }
  }

  /// Changes the set with that number; nil if there is none.
  mutating func withSet<Result>(
    _ number: Int,
    _ body: (inout CounterSet, inout CountingContext) throws -> Result
  ) rethrows -> Result? {
    if number == 0 { return try body(&decided, &context) }
    guard let host = undecided.first(where: { $0.value.number == number })?.key else { return nil }
    guard var set = undecided.removeValue(forKey: host) else { return nil }
    defer { undecided[host] = set }
    return try body(&set, &context)
  }

  /// Adds names in the order of their numbers, the first of which every table has.
  mutating func restore(names stored: [ArraySlice<UInt8>]) {
    names = NameTable(foldsCase: names.foldsCase)
    for name in stored.dropFirst() {
      let bytes = Array(name)
      names.restore(bytes.span)
    }
    let other = context.limits == nil ? NameTable.empty : names.intern("(other)")
    context = CountingContext(limits: context.limits, other: other)
  }

  /// What is read back has the version of what is stored, and no limit changes it.
  mutating func beginRestoring() {
    setVersion(0)
    context.isRestoring = true
  }

  mutating func finishRestoring() {
    context.isRestoring = false
    setVersion(1)
  }

  mutating func setVersion(_ version: UInt32) {
    context.version = version
    failures.version = version
    details?.version = version
  }
}
