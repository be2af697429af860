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
    noteClient(submission, cipher: cipher)
    noteMechanism(submission, mechanism)
  }

  /// Notes that a command or message of an account was refused.
  package mutating func recordRejection(
    _ account: NameTable.ID,
    from client: ClientAddress,
    at time: Timestamp
  ) {
    guard account != NameTable.empty else { return }
    if let known = rejections.find(account, where: { _ in true }) {
      rejections.change(known, version) { value in
        value.count += 1
        guard time >= value.last else { return }
        value.last = time
        value.lastClient = client
      }
    } else {
      let value = Rejections(count: 1, last: time, lastClient: client)
      rejections.add(account, value, &context)
    }
  }

  private mutating func noteClient(_ submission: borrowing Submission, cipher: NameTable.ID) {
    let (address, tls, time) = (submission.client, submission.tls, submission.time)
    let network = address.network
    let messages = UInt64(submission.messages)
    let known = clients.find(submission.account) {
      $0.address.network == network && $0.tls == tls && $0.cipher == cipher
    }
    if let known {
      return clients.change(known, version) { value in
        value.messages += messages
        value.first = min(value.first, time)
        guard time >= value.last else { return }
        value.last = time
        value.address = address
      }
    }
    let value = Client(
      address: address,
      tls: tls,
      cipher: cipher,
      messages: messages,
      first: time,
      last: time
    )
    var (count, oldest) = (0, (index: 0, last: Timestamp(nanoseconds: .max)))
    clients.forEach(of: submission.account) { index, client in
      count += 1
      if client.last < oldest.last { oldest = (index, client.last) }
    }
    guard count >= Self.clientLimit else {
      return clients.add(submission.account, value, &context)
    }
    if oldest.last <= time { clients.change(oldest.index, version) { $0 = value } }
  }

  private mutating func noteMechanism(_ submission: borrowing Submission, _ name: NameTable.ID) {
    let messages = UInt64(submission.messages)
    let time = submission.time
    if let known = mechanisms.find(submission.account, where: { $0.name == name }) {
      return mechanisms.change(known, version) { value in
        value.messages += messages
        value.last = max(value.last, time)
      }
    }
    var count = 0
    mechanisms.forEach(of: submission.account) { _, _ in count += 1 }
    guard count < Self.mechanismLimit else {
      context.drops.accountEntries += 1
      return
    }
    let value = Mechanism(name: name, messages: messages, last: time)
    mechanisms.add(submission.account, value, &context)
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
