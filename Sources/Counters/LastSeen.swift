package import MailLog

/// When and from where an account last sent.
package struct LastSeen: Sendable {
  package var time: Timestamp
  package var client: ClientAddress
}

/// When and from where each account last sent at each TLS version.
struct LastSeenTable: Sendable {
  private struct Entry: Sendable {
    // What is read comes first, so that it lies in one cache line.
    var tls: TLSVersion
    /// The account's entry for another version, as in `heads`.
    var next: UInt32
    var seen: LastSeen
  }

  /// By account: the number of its first entry + 1; 0: none.
  private var heads: [UInt32] = []
  /// Most accounts have one entry or two.
  private var entries: [Entry] = []
  private var accounts: [NameTable.ID] = []

  mutating func see(_ account: NameTable.ID, _ tls: TLSVersion, _ seen: LastSeen) {
    guard let index = index(account, tls) else { return add(account, tls, seen) }
    if entries[index].seen.time <= seen.time { entries[index].seen = seen }
  }

  func find(_ account: NameTable.ID, _ tls: TLSVersion) -> LastSeen? {
    index(account, tls).map { entries[$0].seen }
  }

  mutating func merge(_ other: LastSeenTable, unknownAs tls: TLSVersion) {
    for account in other.accounts {
      for version in TLSVersion.allCases {
        guard let seen = other.find(account, version) else { continue }
        see(account, version == .unknown ? tls : version, seen)
      }
    }
  }

  @inline(__always)
  private func index(_ account: NameTable.ID, _ tls: TLSVersion) -> Int? {
    guard Int(account) < heads.count else { return nil }
    var number = heads[Int(account)]
    while number != 0 {
      let index = Int(number) &- 1
      if entries[index].tls == tls { return index }
      number = entries[index].next
    }
    return nil
  }

  @inline(never)
  private mutating func add(_ account: NameTable.ID, _ tls: TLSVersion, _ seen: LastSeen) {
    if Int(account) >= heads.count {
      let missing = max(1024, Int(account) + 1 - heads.count, heads.count)
      heads.append(contentsOf: repeatElement(0, count: missing))
    }
    if heads[Int(account)] == 0 { accounts.append(account) }
    entries.append(Entry(tls: tls, next: heads[Int(account)], seen: seen))
    heads[Int(account)] = UInt32(entries.count)
  }
}
