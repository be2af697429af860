package import MailLog

/// A table that is stored in blocks of entries, of which only those that changed are written again.
package protocol StoredBlocks: Sendable {
  /// The version of the counters in which the table took the place of what was stored before.
  var born: UInt32 { get }
  var blockCount: Int { get }
  /// The bytes of a block; nil if nothing in it changed in `version` or later.
  func block(_ number: Int, changedSince version: UInt32) -> [UInt8]?
}

extension StoredBlocks {
  /// Whether all that was stored before `version` is void.
  package func isNew(since version: UInt32) -> Bool { born >= version }
}

/// Entries in a block.
package let storedBlockSize = 32

/// The entries of a block in a table of `count`.
package func storedRange(_ number: Int, count: Int) -> Range<Int> {
  number * storedBlockSize..<min(count, (number + 1) * storedBlockSize)
}

/// A stored table of a snapshot, with what tells it from others.
package struct StoredTable: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case lastSeen = "last-seen"
    case clients, mechanisms, rejections, failures
    /// What is usual of each account, how many of its messages are refused, and what it sent lately.
    case detection
    case detectedRejections = "detected-rejections"
    case caps

    /// A table of this kind cannot be what was written.
    package var damage: StoredDamage { StoredDamage(part: rawValue) }
  }

  package let kind: Kind
  /// The set that it belongs to; 0 for those that are not a set's.
  package let set: Int
  package let blocks: any StoredBlocks

  package init(kind: Kind, set: Int, blocks: any StoredBlocks) {
    self.kind = kind
    self.set = set
    self.blocks = blocks
  }
}

extension CounterSnapshot {
  /// The tables that are stored in blocks.
  package var tables: [StoredTable] {
    var tables = sets.map { set in
      StoredTable(kind: .lastSeen, set: set.number, blocks: set.lastSeen.chains)
    }
    tables.append(StoredTable(kind: .failures, set: 0, blocks: failures))
    if let details {
      tables.append(StoredTable(kind: .clients, set: 0, blocks: details.clients))
      tables.append(StoredTable(kind: .mechanisms, set: 0, blocks: details.mechanisms))
      tables.append(StoredTable(kind: .rejections, set: 0, blocks: details.rejections))
    }
    return tables
  }

  /// The little that belongs to no row and no block.
  package var packedState: [UInt8] {
    var packed = PackedWriter()
    for number in [drops.senders, drops.accounts, drops.accountEntries, failures.overflow] {
      packed.append(number)
    }
    packed.append(UInt64(failures.last.map { $0 + 1 } ?? 0))
    packed.append(UInt64(nextSet))
    packed.append(UInt64(undecided.count))
    for (host, set) in undecided.sorted(by: { $0.value.number < $1.value.number }) {
      packed.append(host)
      packed.append(UInt64(set.number))
    }
    let terms = details?.terms
    packed.append(UInt64(terms?.count ?? 0))
    for term in 0..<UInt32(terms?.count ?? 0) { packed.append(terms?.bytes(term) ?? []) }
    return packed.bytes
  }
}
