import MailLog

// The names of senders. They are kept for good: else whoever has one account's password could fill
// the memory with them.
extension SessionTable {
  /// Keeps the sender of the session's next message.
  mutating func keepSender(_ slot: Int, _ sender: ByteRange, in block: Span<UInt8>) {
    if heldSenders.count >= 1024 { heldSenders.removeAll() }
    heldSenders[sessions[slot: slot].number] = sender.range.map { block[$0] }
  }

  /// The number of a sender's name, which is likely that of the account; `(other)` where the account
  /// has brought too many new names in one day, in UTC.
  @inline(__always)
  mutating func sender(
    named name: Span<UInt8>,
    of account: NameTable.ID,
    at time: Timestamp,
    names: inout NameTable
  ) -> NameTable.ID {
    names.find(name, likely: account) ?? newSender(name, account, time, &names)
  }

  @inline(never)
  private mutating func newSender(
    _ name: Span<UInt8>,
    _ account: NameTable.ID,
    _ time: Timestamp,
    _ names: inout NameTable
  ) -> NameTable.ID {
    let day = time.nanoseconds / 86_400_000_000_000
    // Lines come shuffled: those of the day before do not begin it anew.
    if day > newSenders.day || day < newSenders.day - 1 { newSenders = (day, [:]) }
    let count = newSenders.counts[account, default: 0]
    guard count < limits.newSenders else {
      drops.senders += 1
      return names.intern("(other)")
    }
    newSenders.counts[account] = count + 1
    return names.intern(name)
  }
}
