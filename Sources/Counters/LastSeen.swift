package import MailLog

/// When and from where an account last sent.
package struct LastSeen: Sendable {
  package var time: Timestamp
  package var client: ClientAddress
}

/// When and from where each account last sent at each TLS version.
struct LastSeenTable: Sendable {
  struct Value: StoredValue {
    var tls: TLSVersion
    var seen: LastSeen
  }

  /// Most accounts have one entry or two.
  private(set) var chains: AccountChains<Value>

  init(limit: Int?) {
    chains = AccountChains(limit: limit)
  }

  mutating func see(
    _ account: NameTable.ID,
    _ tls: TLSVersion,
    _ seen: LastSeen,
    _ context: inout CountingContext
  ) {
    guard let index = chains.find(account, where: { $0.tls == tls }) else {
      return chains.add(account, Value(tls: tls, seen: seen), &context)
    }
    if chains.entries[index].value.seen.time <= seen.time {
      chains.change(index, context.version) { $0.seen = seen }
    }
  }

  func find(_ account: NameTable.ID, _ tls: TLSVersion) -> LastSeen? {
    chains.find(account, where: { $0.tls == tls }).map { chains.entries[$0].value.seen }
  }

  mutating func merge(
    _ other: LastSeenTable,
    unknownAs tls: TLSVersion,
    naming: (NameTable.ID) -> NameTable.ID,
    _ context: inout CountingContext
  ) {
    other.chains.entries.forEach { entry in
      let version = entry.value.tls == .unknown ? tls : entry.value.tls
      see(naming(entry.account), version, entry.value.seen, &context)
    }
  }

  mutating func drop(before start: Timestamp, version: UInt32) {
    chains.keep(version: version) { $0.seen.time >= start }
  }

  mutating func restore(_ block: inout PackedReader) -> Bool { chains.restore(&block) }
}

extension LastSeenTable.Value {
  func write(to packed: inout PackedWriter) {
    packed.append(tls)
    packed.append(seen.time)
    packed.append(seen.client)
  }

  init?(_ packed: inout PackedReader) {
    guard let tls = packed.tls(), let time = packed.time(), let client = packed.address()
    else { return nil }
    self.init(tls: tls, seen: LastSeen(time: time, client: client))
  }
}
