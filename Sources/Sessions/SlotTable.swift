import MailLog

/// A key of a `SlotTable`: cheap to compare and to hash.
protocol SlotKey: Equatable, BitwiseCopyable {
  /// A well mixed hash: the table takes its lower half, of which the lowest bits count most.
  var slotHash: UInt64 { get }
}

/// A hash table of small values: open addressing, linear probing, no tombstones.
///
/// The slots hold hashes and the places of the entries, which lie close together: those of a table
/// from which as much is taken as is added stay in the cache, and keep their place meanwhile. The
/// order depends on the keys and on the order of the changes alone, so that equal input gives equal
/// results.
///
/// Invariants: `capacity` is a power of two and `slots` has as many elements, at most half of them
/// not 0, so that every probe ends. `entries` and `free` have room for half as many. The lower half
/// of each slot that is not 0 is 1 more than a place, of no other slot, below `used`; the entries
/// at these places are initialized. All other places below `used` are in the first
/// `used - count` elements of `free`. Places come from `find` and `set`, and are below `used`.
@safe struct SlotTable<Key: SlotKey, Value: BitwiseCopyable>: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var key: Key
    /// The lower half of its hash.
    var hash: UInt32
    var value: Value
  }

  /// In the upper half the lower half of the entry's hash; 0 where the slot is free.
  private var slots: UnsafeMutablePointer<UInt64>
  private var entries: UnsafeMutablePointer<Entry>
  private var free: UnsafeMutablePointer<UInt32>
  private var capacity: Int
  private var used = 0
  private(set) var count = 0

  init() {
    capacity = 16
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: 0, count: capacity)
    unsafe entries = .allocate(capacity: capacity / 2)
    unsafe free = .allocate(capacity: capacity / 2)
  }

  deinit {
    unsafe slots.deallocate()
    unsafe entries.deallocate()
    unsafe free.deallocate()
  }

  /// The place of `key`, nil if it is not in the table.
  ///
  /// Good until an entry is added, or the table swept.
  @inline(__always) func find(_ key: Key) -> Int? {
    find(key, hash: key.slotHash)
  }

  /// As `find(_:)`, with the key's `slotHash`.
  @inline(__always) func find(_ key: Key, hash: UInt64) -> Int? {
    let low = UInt32(truncatingIfNeeded: hash)
    var slot = Int(low) & (capacity &- 1)
    while true {
      let content = unsafe slots[slot]
      if content == 0 { return nil }
      if UInt32(truncatingIfNeeded: content &>> 32) == low {
        let place = Self.place(content)
        if unsafe entries[place].key == key { return place }
      }
      slot = (slot &+ 1) & (capacity &- 1)
    }
  }

  @inline(__always) private static func place(_ content: UInt64) -> Int {
    Int(UInt32(truncatingIfNeeded: content)) &- 1
  }

  subscript(slot place: Int) -> Value {
    @inline(__always) get {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: used), "place \(place) of \(used)")
      return unsafe entries[place].value
    }
    @inline(__always) _modify {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: used), "place \(place) of \(used)")
      yield unsafe &entries[place].value
    }
  }

  /// Sets the value of `key`, which is added if it is not in the table; returns its place.
  @discardableResult mutating func set(_ key: Key, _ value: Value) -> Int {
    set(key, hash: key.slotHash, value)
  }

  /// As `set(_:_:)`, with the key's `slotHash`.
  @inline(__always) @discardableResult
  mutating func set(_ key: Key, hash: UInt64, _ value: Value) -> Int {
    guard let place = find(key, hash: hash) else { return add(key, hash: hash, value) }
    unsafe entries[place].value = value
    return place
  }

  /// Adds a key that is not in the table, and its `slotHash`; returns its place.
  @inline(__always) mutating func add(_ key: Key, hash: UInt64, _ value: Value) -> Int {
    if count &* 2 >= capacity { grow() }
    var place = used
    if count < used {
      place = unsafe Int(free[used &- count &- 1])
    } else {
      used &+= 1
    }
    count &+= 1
    let low = UInt32(truncatingIfNeeded: hash)
    unsafe (entries + place).initialize(to: Entry(key: key, hash: low, value: value))
    fillSlot(low, place)
    return place
  }

  @inline(__always) private mutating func fillSlot(_ hash: UInt32, _ place: Int) {
    var slot = Int(hash) & (capacity &- 1)
    while unsafe slots[slot] != 0 { slot = (slot &+ 1) & (capacity &- 1) }
    unsafe slots[slot] = UInt64(hash) &<< 32 | UInt64(UInt32(truncatingIfNeeded: place &+ 1))
  }

  /// Takes out the entry at a place that `find` gave.
  @inline(__always) mutating func remove(slot place: Int) {
    precondition(UInt(bitPattern: place) < UInt(bitPattern: used), "place \(place) of \(used)")
    var slot = unsafe Int(entries[place].hash) & (capacity &- 1)
    while unsafe Self.place(slots[slot]) != place {
      precondition(unsafe slots[slot] != 0, "nothing at place \(place)")
      slot = (slot &+ 1) & (capacity &- 1)
    }
    clearSlot(slot)
    unsafe free[used &- count] = UInt32(truncatingIfNeeded: place)
    count &-= 1
  }

  /// Frees the slot and closes the gap.
  @inline(__always) private mutating func clearSlot(_ slot: Int) {
    var gap = slot
    var next = slot
    while true {
      next = (next &+ 1) & (capacity &- 1)
      let content = unsafe slots[next]
      if content == 0 { break }
      let home = Int(truncatingIfNeeded: content &>> 32) & (capacity &- 1)
      // The content may move to the gap unless its home lies behind the gap, cyclically.
      guard (next &- home) & (capacity &- 1) >= (next &- gap) & (capacity &- 1) else { continue }
      unsafe slots[gap] = content
      gap = next
    }
    unsafe slots[gap] = 0
  }

  @discardableResult mutating func remove(_ key: Key) -> Bool {
    remove(key, hash: key.slotHash)
  }

  /// As `remove(_:)`, with the key's `slotHash`.
  @inline(__always) @discardableResult
  mutating func remove(_ key: Key, hash: UInt64) -> Bool {
    guard let place = find(key, hash: hash) else { return false }
    remove(slot: place)
    return true
  }

  /// Takes out every entry that fails `isKept`; linear in the size of the table.
  mutating func removeAll(unless isKept: (Key, Value) -> Bool) {
    let kept = all().filter { isKept($0.key, $0.value) }
    guard kept.count < count else { return }
    var size = 16
    while kept.count * 2 > size { size *= 2 }
    replace(by: kept, capacity: size)
  }

  /// All entries, in the order of their slots.
  func all() -> [(key: Key, value: Value)] {
    (0..<capacity).compactMap { slot in
      guard unsafe slots[slot] != 0 else { return nil }
      let place = unsafe Self.place(slots[slot])
      return unsafe (entries[place].key, entries[place].value)
    }
  }

  @inline(never) private mutating func grow() {
    replace(by: all(), capacity: capacity * 2)
  }

  private mutating func replace(by kept: [(key: Key, value: Value)], capacity newCapacity: Int) {
    unsafe slots.deallocate()
    unsafe entries.deallocate()
    unsafe free.deallocate()
    capacity = newCapacity
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: 0, count: capacity)
    unsafe entries = .allocate(capacity: capacity / 2)
    unsafe free = .allocate(capacity: capacity / 2)
    used = 0
    count = 0
    for (key, value) in kept { _ = add(key, hash: key.slotHash, value) }
  }
}

// Not `Sendable` by itself because of its pointers; the table is their only owner, and a value.
extension SlotTable: @unchecked Sendable where Key: Sendable, Value: Sendable {}

extension ProcessKey: SlotKey {
  var slotHash: UInt64 { ByteHash.mix(program, UInt64(id)) }
}
