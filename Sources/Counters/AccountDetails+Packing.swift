import MailLog

extension AccountDetails.Client: StoredValue {
  func write(to packed: inout PackedWriter) {
    packed.append(address)
    packed.append(tls)
    packed.append(UInt64(cipher))
    packed.append(messages)
    packed.append(first)
    packed.append(signed: last.since(first))
  }

  init?(_ packed: inout PackedReader) {
    guard let address = packed.address(), let tls = packed.tls(), let cipher = packed.term(),
      let messages = packed.count(), let first = packed.time(), let duration = packed.signed(),
      let last = Timestamp(stored: first.nanoseconds &+ duration)
    else { return nil }
    self.init(
      address: address,
      tls: tls,
      cipher: cipher,
      messages: messages,
      first: first,
      last: last
    )
  }
}

extension AccountDetails.Mechanism: StoredValue {
  func write(to packed: inout PackedWriter) {
    packed.append(UInt64(name))
    packed.append(messages)
    packed.append(last)
  }

  init?(_ packed: inout PackedReader) {
    guard let name = packed.term(), let messages = packed.count(), let last = packed.time()
    else { return nil }
    self.init(name: name, messages: messages, last: last)
  }
}

extension AccountDetails.Rejections: StoredValue {
  func write(to packed: inout PackedWriter) {
    packed.append(count)
    packed.append(last)
    packed.append(lastClient)
  }

  init?(_ packed: inout PackedReader) {
    guard let count = packed.count(), let last = packed.time(), let client = packed.address()
    else { return nil }
    self.init(count: count, last: last, lastClient: client)
  }
}
