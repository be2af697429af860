import MailLog

/// Values of accounts, some for each, found by the account.
///
/// An account's values are a chain, the last one added first. Copies share all pages that are not
/// written to afterwards.
struct AccountChains<Value: StoredValue>: StoredBlocks {
  struct Entry: Sendable {
    // What is read comes first, so that it lies in one cache line.
    var value: Value
    /// The account's next entry, as in `heads`.
    var next: UInt32
    let account: NameTable.ID
  }

  /// By account: the number of its first entry + 1; 0: none.
  private var heads = PagedArray<UInt32>()
  private(set) var entries = PagedArray<Entry>()
  /// By stored block, the version in which one of its entries was written last: of millions of
  /// entries a save looks at these alone.
  private var written = PagedArray<UInt32>()
  private(set) var born: UInt32 = 0
  let limit: Int?

  init(limit: Int?) {
    self.limit = limit
  }

  /// The number of the account's first entry for which `isWanted` holds.
  @inline(__always)
  func find(_ account: NameTable.ID, where isWanted: (Value) -> Bool) -> Int? {
    guard Int(account) < heads.count else { return nil }
    var number = heads[Int(account)]
    while number != 0 {
      let index = Int(number) &- 1
      if isWanted(entries[index].value) { return index }
      number = entries[index].next
    }
    return nil
  }

  /// Visits the values of an account.
  func forEach(of account: NameTable.ID, _ body: (Int, Value) -> Void) {
    guard Int(account) < heads.count else { return }
    var number = heads[Int(account)]
    while number != 0 {
      let index = Int(number) &- 1
      body(index, entries[index].value)
      number = entries[index].next
    }
  }

  @inline(__always)
  mutating func change(_ index: Int, _ version: UInt32, _ body: (inout Value) -> Void) {
    body(&entries[index].value)
    let block = index / storedBlockSize
    // Most often it is the version already: to read costs less than to write.
    if written[block] != version { written[block] = version }
  }

  @inline(never)
  mutating func add(_ account: NameTable.ID, _ value: Value, _ context: inout CountingContext) {
    guard entries.count < limit ?? .max else {
      context.drops.accountEntries += 1
      return
    }
    append(account, value, context.version)
  }

  private mutating func append(_ account: NameTable.ID, _ value: Value, _ version: UInt32) {
    while heads.count <= Int(account) { heads.append(0) }
    let next = heads[Int(account)]
    let block = entries.count / storedBlockSize
    if block == written.count { written.append(version) } else { written[block] = version }
    entries.append(Entry(value: value, next: next, account: account))
    heads[Int(account)] = UInt32(entries.count)
  }

  /// Gives up the values that are not wanted.
  mutating func keep(version: UInt32, where isWanted: (Value) -> Bool) {
    var isComplete = true
    entries.forEach { isComplete = isComplete && isWanted($0.value) }
    guard !isComplete else { return }
    var kept = AccountChains(limit: limit)
    kept.born = version
    entries.forEach { entry in
      if isWanted(entry.value) { kept.append(entry.account, entry.value, version) }
    }
    self = kept
  }
}

extension AccountChains {
  var blockCount: Int { (entries.count + storedBlockSize - 1) / storedBlockSize }

  func block(_ number: Int, changedSince version: UInt32) -> [UInt8]? {
    guard written[number] >= version else { return nil }
    let range = storedRange(number, count: entries.count)
    var packed = PackedWriter()
    for index in range {
      packed.append(UInt64(entries[index].account))
      entries[index].value.write(to: &packed)
    }
    return packed.bytes
  }

  /// Adds the entries of a stored block; false where it is damaged.
  mutating func restore(_ block: inout PackedReader) -> Bool {
    while !block.isAtEnd {
      guard let account = block.name(), let value = Value(&block) else { return false }
      append(account, value, 0)
    }
    return true
  }
}

/// A value that can be stored.
protocol StoredValue: Sendable {
  func write(to packed: inout PackedWriter)
  init?(_ packed: inout PackedReader)
}
