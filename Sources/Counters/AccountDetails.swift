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
    let (time, messages) = (submission.time, UInt64(submission.messages))
    let client = Client(
      address: submission.client,
      tls: submission.tls,
      cipher: term(submission.cipher, in: terms),
      messages: messages,
      first: time,
      last: time
    )
    note(client, of: submission.account)
    let name = term(submission.mechanism, in: terms)
    note(Mechanism(name: name, messages: messages, last: time), of: submission.account)
  }

  /// Notes that a command or message of an account was refused.
  package mutating func recordRejection(
    _ account: NameTable.ID,
    from client: ClientAddress,
    at time: Timestamp
  ) {
    guard account != NameTable.empty else { return }
    note(Rejections(count: 1, last: time, lastClient: client), of: account)
  }

  private mutating func note(_ client: Client, of account: NameTable.ID) {
    let network = client.address.network
    let known = clients.find(account) {
      $0.address.network == network && $0.tls == client.tls && $0.cipher == client.cipher
    }
    if let known {
      return clients.change(known, version) { value in
        value.messages += client.messages
        value.first = min(value.first, client.first)
        guard client.last >= value.last else { return }
        value.last = client.last
        value.address = client.address
      }
    }
    var (count, oldest) = (0, (index: 0, last: Timestamp(nanoseconds: .max)))
    clients.forEach(of: account) { index, client in
      count += 1
      if client.last < oldest.last { oldest = (index, client.last) }
    }
    guard count >= Self.clientLimit else { return clients.add(account, client, &context) }
    if oldest.last <= client.last { clients.change(oldest.index, version) { $0 = client } }
  }

  private mutating func note(_ mechanism: Mechanism, of account: NameTable.ID) {
    if let known = mechanisms.find(account, where: { $0.name == mechanism.name }) {
      return mechanisms.change(known, version) { value in
        value.messages += mechanism.messages
        value.last = max(value.last, mechanism.last)
      }
    }
    var count = 0
    mechanisms.forEach(of: account) { _, _ in count += 1 }
    guard count < Self.mechanismLimit else {
      context.drops.accountEntries += 1
      return
    }
    mechanisms.add(account, mechanism, &context)
  }

  private mutating func note(_ rejected: Rejections, of account: NameTable.ID) {
    guard let known = rejections.find(account, where: { _ in true }) else {
      return rejections.add(account, rejected, &context)
    }
    rejections.change(known, version) { value in
      value.count += rejected.count
      guard rejected.last >= value.last else { return }
      value.last = rejected.last
      value.lastClient = rejected.lastClient
    }
  }

  /// Adds what others noted.
  mutating func merge(_ other: AccountDetails, number: (NameTable.ID) -> NameTable.ID) {
    other.clients.entries.forEach { entry in
      var client = entry.value
      client.cipher = term(client.cipher, in: other.terms)
      note(client, of: number(entry.account))
    }
    other.mechanisms.entries.forEach { entry in
      var mechanism = entry.value
      mechanism.name = term(mechanism.name, in: other.terms)
      note(mechanism, of: number(entry.account))
    }
    other.rejections.entries.forEach { note($0.value, of: number($0.account)) }
  }

  /// The number in `terms` of a name in another table.
  private mutating func term(_ id: NameTable.ID, in other: borrowing NameTable) -> NameTable.ID {
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
  mutating func restore(
    _ kind: StoredTable.Kind,
    _ block: inout PackedReader,
    nameLimit: Int
  ) -> Bool {
    switch kind {
    case .clients: clients.restore(&block, nameLimit: nameLimit)
    case .mechanisms: mechanisms.restore(&block, nameLimit: nameLimit)
    case .rejections: rejections.restore(&block, nameLimit: nameLimit)
    case .lastSeen, .failures: false
    }
  }
}
