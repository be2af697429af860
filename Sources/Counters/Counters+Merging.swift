package import MailLog

extension Counters {
  /// Adds what `other` counted, which is of the same zone and folds names alike.
  ///
  /// A host that either of the two knows to log TLS has no undecided messages afterwards, be it that
  /// one of them names it with its domain and the other without. Names that only stand in what
  /// `other` did not count are left out.
  package mutating func merge(_ other: Counters, hostsLoggingTLS: Set<HostKey>) {
    for host in undecided.keys where hostsLoggingTLS.hasHost(host) { decide(host) }
    // Taken out while the other parts change: they ask for names.
    var table = NameTable(foldsCase: names.foldsCase)
    swap(&table, &names)
    defer { swap(&table, &names) }
    var known: [NameTable.ID?] = Array(repeating: nil, count: other.names.count)
    func name(_ id: NameTable.ID) -> NameTable.ID {
      if let number = known[Int(id)] { return number }
      let bytes = other.names.bytes(id)
      let number = table.intern(bytes.span)
      known[Int(id)] = number
      return number
    }
    decided.merge(other.decided, unknownAs: .unknown, naming: name, &context)
    for (host, waiting) in other.undecided {
      if hostsLoggingTLS.hasHost(host) {
        decided.merge(waiting, unknownAs: .none, naming: name, &context)
        continue
      }
      if undecided[host] == nil { addSet(of: host) }
      undecided[host]?.merge(waiting, unknownAs: .unknown, naming: name, &context)
    }
    failures.merge(other.failures)
    if let known = other.details { details?.merge(known, naming: name) }
    context.drops.add(other.drops)
  }
}

extension Set<HostKey> {
  /// Whether the host is in the set, with its domain or without.
  fileprivate func hasHost(_ host: HostKey) -> Bool {
    let hasNoDomain = host == host.label
    return contains(host) || contains(host.label) || hasNoDomain && contains { $0.label == host }
  }
}

extension CounterDrops {
  fileprivate mutating func add(_ other: CounterDrops) {
    senders += other.senders
    accounts += other.accounts
    accountEntries += other.accountEntries
  }
}

extension AccountDetails {
  fileprivate mutating func merge(
    _ other: AccountDetails,
    naming: (NameTable.ID) -> NameTable.ID
  ) {
    other.clients.entries.forEach { entry in
      var client = entry.value
      client.cipher = term(client.cipher, in: other.terms)
      note(client, of: naming(entry.account))
    }
    other.mechanisms.entries.forEach { entry in
      var mechanism = entry.value
      mechanism.name = term(mechanism.name, in: other.terms)
      note(mechanism, of: naming(entry.account))
    }
    other.rejections.entries.forEach { note($0.value, of: naming($0.account)) }
  }
}
