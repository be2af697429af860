/// Finds the entries of a table, which its owner numbers, by their hashes.
///
/// Open addressing with linear probing; entries are never taken out. A slot holds half of the hash,
/// so that an entry with another one is passed over without a look at it. 12 to 24 bytes an entry.
public struct HashIndex: Sendable {
  /// In the upper half the lower half of the hash, in the lower the entry's number + 1; 0: free.
  ///
  /// A power of two, at most two thirds full.
  @usableFromInline var slots = [UInt64](repeating: 0, count: 16)
  @usableFromInline var count = 0

  @inlinable public init() {}

  /// The number of the entry with that hash for which `isWanted` holds.
  @inlinable @inline(__always)
  public func find(_ hash: UInt64, where isWanted: (UInt32) -> Bool) -> UInt32? {
    let low = UInt32(truncatingIfNeeded: hash)
    var slot = Int(low) & (slots.count &- 1)
    while slots[slot] != 0 {
      if UInt32(truncatingIfNeeded: slots[slot] &>> 32) == low {
        let number = UInt32(truncatingIfNeeded: slots[slot]) &- 1
        if isWanted(number) { return number }
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  /// Adds an entry that is not in the index; numbers are below `UInt32.max`.
  @inlinable public mutating func add(_ number: UInt32, hash: UInt64) {
    if (count &+ 1) &* 3 > slots.count &* 2 { grow() }
    put(hash &<< 32 | UInt64(number &+ 1), into: &slots)
    count &+= 1
  }

  @inlinable func put(_ content: UInt64, into slots: inout [UInt64]) {
    var slot = Int(truncatingIfNeeded: content &>> 32) & (slots.count &- 1)
    while slots[slot] != 0 { slot = (slot &+ 1) & (slots.count &- 1) }
    slots[slot] = content
  }

  @inline(never) @usableFromInline mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 2)
    for content in slots where content != 0 { put(content, into: &larger) }
    slots = larger
  }
}
