// What tables have no columns for, as it is stored: the detector's table of alerts, and that of the
// alerts that were told, which came later.

extension Alert {
  /// How clients are written: each table has its form.
  public enum StoredForm: Sendable {
    /// As the detector keeps the alert: a flag, the first time if there is one, the count, a flag.
    case kept
    /// As it was told: both flags in a byte, the first time or 0, the count.
    case told
  }

  /// Writes senders, evidence, clients, what is counted, and the limit.
  public func write(detailsTo packed: inout PackedWriter, as form: StoredForm) {
    packed.append(texts: senders)
    packed.append(texts: evidence)
    packed.append(UInt64(clients.count))
    for client in clients { client.write(to: &packed, as: form) }
    packed.append(byte: unit.rawValue)
    packed.append(UInt64(sentLimit ?? 0))
  }

  /// Takes up what `write(detailsTo:as:)` wrote, all that is left; false: this cannot be from it.
  public mutating func restore(details packed: inout PackedReader, as form: StoredForm) -> Bool {
    guard let senders = packed.texts(), let evidence = packed.texts(),
      let clientCount = packed.number()
    else { return false }
    (self.senders, self.evidence, clients) = (senders, evidence, [])
    for _ in 0..<clientCount {
      guard let client = Client(&packed, as: form) else { return false }
      clients.append(client)
    }
    // The first versions did not store the rest.
    guard !packed.isAtEnd else { return true }
    guard let unit = packed.byte().flatMap(Unit.init(rawValue:)), let limit = packed.number32()
    else { return false }
    (self.unit, sentLimit) = (unit, limit > 0 ? limit : nil)
    return packed.isAtEnd
  }
}

extension Alert.Client {
  fileprivate func write(to packed: inout PackedWriter, as form: Alert.StoredForm) {
    packed.append(network.utf8)
    switch form {
    case .kept:
      packed.append(first != nil)
      if let first { packed.append(first) }
      packed.append(count)
      packed.append(isNew)
    case .told:
      packed.append(byte: (isNew ? 1 : 0) | (first == nil ? 0 : 2))
      packed.append(first ?? Timestamp(nanoseconds: 0))
      packed.append(count)
    }
  }

  fileprivate init?(_ packed: inout PackedReader, as form: Alert.StoredForm) {
    guard let network = packed.string(), let flags = packed.byte() else { return nil }
    let hasFirst = form == .kept ? flags != 0 : flags & 2 != 0
    var first: Timestamp?
    if hasFirst || form == .told {
      guard let time = packed.time() else { return nil }
      first = hasFirst ? time : nil
    }
    guard let count = packed.count(), let isNew = form == .kept ? packed.flag() : flags & 1 != 0
    else { return nil }
    self.init(network: network, first: first, count: count, isNew: isNew)
  }
}
