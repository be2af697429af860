package import MailLog

/// What is known of each account beyond its messages: its clients, its mechanisms, its rejections.
package struct AccountDetails: Sendable {
  /// A network from which an account sent at one TLS version and cipher.
  package struct Client: Sendable {
    /// The last client of that network.
    package var address: ClientAddress
    package var tls: TLSVersion
    /// A name in `terms`.
    package var cipher: NameTable.ID
    package var messages: UInt64
    package var first: Timestamp
    package var last: Timestamp
  }

  package struct Mechanism: Sendable {
    /// A name in `terms`; empty: the log does not tell.
    package var name: NameTable.ID
    package var messages: UInt64
    package var last: Timestamp
  }

  package struct Rejections: Sendable {
    package var count: UInt64
    package var last: Timestamp
    package var lastClient: ClientAddress
  }

  /// The most recent clients of an account that are kept, and the most mechanisms.
  package static let clientLimit = 16
  package static let mechanismLimit = 8
  /// Different ciphers and mechanisms; what comes later is `(other)`.
  private static let termLimit = 4096

  /// Ciphers and SASL mechanisms.
  package private(set) var terms = NameTable(foldsCase: false)
  private(set) var clients: AccountChains<Client>
  private(set) var mechanisms: AccountChains<Mechanism>
  private(set) var rejections: AccountChains<Rejections>
  private var context: CountingContext

  init(limits: CounterLimits) {
    clients = AccountChains(limit: limits.accountEntries)
    mechanisms = AccountChains(limit: limits.accountEntries)
    rejections = AccountChains(limit: limits.accountEntries)
    context = CountingContext(limits: limits, other: NameTable.empty)
  }

  var version: UInt32 {
    get { context.version }
    set { context.version = newValue }
  }

  /// What was left out for want of room.
  package var drops: UInt64 { context.drops.accountEntries }

  /// Notes a message; `terms` are those that its cipher and mechanism are numbers in.
  package mutating func record(_ submission: borrowing Submission, terms: borrowing NameTable) {
    let cipher = term(submission.cipher, in: terms)
    let mechanism = term(submission.mechanism, in: terms)
    let messages = UInt64(submission.messages)
    let client = Client(
      address: submission.client,
      tls: submission.tls,
      cipher: cipher,
      messages: messages,
      first: submission.time,
      last: submission.time
    )
    note(client, of: submission.account)
    let used = Mechanism(name: mechanism, messages: messages, last: submission.time)
    note(used, of: submission.account)
  }

  /// Notes that a command or message of an account was refused.
  package mutating func recordRejection(
    _ account: NameTable.ID,
    from client: ClientAddress,
    at time: Timestamp,
    count: UInt32 = 1
  ) {
    guard account != NameTable.empty else { return }
    note(Rejections(count: UInt64(count), last: time, lastClient: client), of: account)
  }

  mutating func note(_ value: Rejections, of account: NameTable.ID) {
    guard let known = rejections.find(account, where: { _ in true }) else {
      return rejections.add(account, value, &context)
    }
    rejections.change(known, version) { sum in
      sum.count += value.count
      guard value.last >= sum.last else { return }
      sum.last = value.last
      sum.lastClient = value.lastClient
    }
  }

  mutating func note(_ value: Client, of account: NameTable.ID) {
    let network = value.address.network
    let known = clients.find(account) {
      $0.address.network == network && $0.tls == value.tls && $0.cipher == value.cipher
    }
    if let known {
      return clients.change(known, version) { sum in
        sum.messages += value.messages
        sum.first = min(sum.first, value.first)
        guard value.last >= sum.last else { return }
        sum.last = value.last
        sum.address = value.address
      }
    }
    var (count, oldest) = (0, (index: 0, last: Timestamp(nanoseconds: .max)))
    clients.forEach(of: account) { index, client in
      count += 1
      if client.last < oldest.last { oldest = (index, client.last) }
    }
    guard count >= Self.clientLimit else { return clients.add(account, value, &context) }
    if oldest.last <= value.last { clients.change(oldest.index, version) { $0 = value } }
  }

  mutating func note(_ value: Mechanism, of account: NameTable.ID) {
    if let known = mechanisms.find(account, where: { $0.name == value.name }) {
      return mechanisms.change(known, version) { sum in
        sum.messages += value.messages
        sum.last = max(sum.last, value.last)
      }
    }
    var count = 0
    mechanisms.forEach(of: account) { _, _ in count += 1 }
    guard count < Self.mechanismLimit else {
      context.drops.accountEntries += 1
      return
    }
    mechanisms.add(account, value, &context)
  }

  /// The number in `terms` of a name in another table.
  mutating func term(_ id: NameTable.ID, in other: borrowing NameTable) -> NameTable.ID {
    guard id != NameTable.empty else { return id }
    let name = Array(other.bytes(id))
    if let known = terms.find(name.span) { return known }
    return terms.count < Self.termLimit ? terms.intern(name.span) : terms.intern("(other)")
  }
}

extension AccountDetails {
  /// The clients of an account, the one seen last first.
  package func clients(of account: NameTable.ID) -> [Client] {
    var found: [Client] = []
    clients.forEach(of: account) { found.append($1) }
    return found.sorted { $0.last > $1.last }
  }

  /// The mechanisms of an account, the most used first.
  package func mechanisms(of account: NameTable.ID) -> [Mechanism] {
    var found: [Mechanism] = []
    mechanisms.forEach(of: account) { found.append($1) }
    return found.sorted { $0.messages > $1.messages }
  }

  package func rejections(of account: NameTable.ID) -> Rejections? {
    rejections.find(account, where: { _ in true }).map { rejections.entries[$0].value }
  }

  mutating func drop(before start: Timestamp) {
    clients.keep(version: version) { $0.last >= start }
    mechanisms.keep(version: version) { $0.last >= start }
    rejections.keep(version: version) { $0.last >= start }
  }

  mutating func restore(terms names: [ArraySlice<UInt8>]) {
    for name in names.dropFirst() {
      let bytes = Array(name)
      terms.restore(bytes.span)
    }
  }

  /// Adds the entries of a stored block; false where it is damaged.
  mutating func restore(_ kind: StoredTable.Kind, _ block: inout PackedReader) -> Bool {
    block.termLimit = UInt32(clamping: terms.count)
    return switch kind {
    case .clients: clients.restore(&block)
    case .mechanisms: mechanisms.restore(&block)
    case .rejections: rejections.restore(&block)
    case .lastSeen, .failures, .detection, .detectedRejections, .caps: false
    }
  }
}
