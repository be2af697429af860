import MailLog
import Testing

@testable import Sessions

/// A key whose place in the table the test chooses.
private struct TestKey: SlotKey, Hashable {
  var number: UInt32
  var slotHash: UInt64

  func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// How the hashes of a test's keys collide.
private enum Hashes: CaseIterable {
  case allEqual, sameSlot, sameTag, fewSlots, lastSlots, mixed

  func hash(_ number: UInt32) -> UInt64 {
    let mixed = ByteHash.mix(UInt64(number), 0x1234_5678_9abc_def1)
    return switch self {
    case .allEqual: 0xabcd_ef01_2345_678f
    case .sameSlot: mixed << 32 | 5
    case .sameTag: mixed & 0xff_ffff
    case .fewSlots: mixed & ~0xffff_ffff | mixed % 3
    // The highest slots of every capacity: probes go on at the start.
    case .lastSlots: mixed | 0xffff_fffc
    case .mixed: mixed
    }
  }

  func key(_ number: Int) -> TestKey {
    TestKey(number: UInt32(number), slotHash: hash(UInt32(number)))
  }
}

struct SlotTableTests {
  /// Random numbers that are the same in every run.
  private struct Numbers {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      return Int(ByteHash.mix(state, 0xbf58_476d_1ce4_e5b9) % UInt64(limit))
    }
  }

  private func isEqual(
    _ table: borrowing SlotTable<TestKey, Int>,
    _ model: [TestKey: Int],
    keys: [TestKey]
  ) -> Bool {
    let all = table.all()
    guard table.count == model.count, all.count == model.count,
      all.allSatisfy({ model[$0.key] == $0.value })
    else { return false }
    return keys.allSatisfy { key in
      table.find(key).map { table[slot: $0] } == model[key]
    }
  }

  @Test(arguments: Hashes.allCases)
  private func `random programs do what a dictionary does`(hashes: Hashes) {
    var numbers = Numbers(state: 14)
    for universe in Array(1...24) + [40, 60, 100] {
      let keys = (0..<universe).map(hashes.key)
      var table = SlotTable<TestKey, Int>()
      var model: [TestKey: Int] = [:]
      var isRight = true
      for step in 0..<300 {
        let key = keys[numbers.below(universe)]
        switch numbers.below(20) {
        case 0..<9:
          let slot = table.set(key, step)
          model[key] = step
          isRight = isRight && table.find(key) == slot
        case 9..<13:
          let wasThere = table.remove(key)
          isRight = isRight && wasThere == (model.removeValue(forKey: key) != nil)
        case 13..<16:
          if let slot = table.find(key) {
            table.remove(slot: slot)
            model[key] = nil
          }
        case 16..<19:
          if let slot = table.find(key) {
            table[slot: slot] += 1
            model[key, default: 0] += 1
          }
        default:
          let divisor = numbers.below(4) + 1
          table.removeAll { key, _ in key.number % UInt32(divisor) != 0 }
          model = model.filter { $0.key.number % UInt32(divisor) != 0 }
        }
        isRight = isRight && isEqual(table, model, keys: keys)
        guard isRight else { break }
      }
      #expect(isRight, "\(universe) keys")
    }
  }

  @Test func `however entries follow each other, taking one out loses no other`() {
    // Homes around the end of a table of 16, every combination; each entry is taken out once.
    let homes: [UInt64] = [13, 14, 15, 0, 1]
    var wrong = 0
    for combination in 0..<3125 {
      var rest = combination
      let keys = (0..<5).map { number in
        defer { rest /= 5 }
        return TestKey(number: UInt32(number), slotHash: homes[rest % 5] | UInt64(number) << 56)
      }
      for gone in 0..<5 {
        var table = SlotTable<TestKey, Int>()
        for (value, key) in keys.enumerated() { table.set(key, value) }
        table.remove(keys[gone])
        for (value, key) in keys.enumerated() {
          let found = table.find(key).map { table[slot: $0] }
          if found != (value == gone ? nil : value) { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test func `a table of a hundred thousand finds and forgets`() {
    var table = SlotTable<TestKey, Int>()
    let keys = (0..<100_000).map(Hashes.mixed.key)
    for (value, key) in keys.enumerated() { table.set(key, value) }
    #expect(table.count == 100_000)
    #expect(keys.enumerated().allSatisfy { table.find($1).map { table[slot: $0] } == $0 })
    table.removeAll { _, value in value % 1000 == 0 }
    #expect(table.count == 100)
    #expect(table.find(keys[1000]) != nil)
    #expect(table.find(keys[1001]) == nil)
  }

  @Test func `equal changes give an equal order`() {
    func order() -> [UInt32] {
      var table = SlotTable<TestKey, Int>()
      for number in 0..<500 { table.set(Hashes.mixed.key(number), number) }
      for number in stride(from: 0, to: 500, by: 3) { table.remove(Hashes.mixed.key(number)) }
      return table.all().map(\.key.number)
    }
    #expect(order() == order())
  }
}
