import MailLog
import TestSupport
import Testing

struct NameTableTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `the empty name is number 0`() {
    var table = NameTable()
    #expect(table.count == 1)
    #expect(table.intern("") == NameTable.empty)
    #expect(table.shown(NameTable.empty) == "")
    #expect(table.shownSender(NameTable.empty) == "<>")
    let alice = table.intern("alice@example.org")
    #expect(table.shownSender(alice) == "alice@example.org")
  }

  @Test func `ASCII letters are folded, and only these`() {
    var folding = NameTable(foldsCase: true)
    let name = folding.intern("Ä.Alice[@Z`{É")
    #expect(folding.intern("Ä.ALICE[@z`{É") == name)
    #expect(folding.intern("ä.alice[@z`{É") != name)
    #expect(folding.intern("Ä.alice{@z`{É") != name)
    #expect(folding.shown(name) == "Ä.alice[@z`{É")
    var keeping = NameTable(foldsCase: false)
    let kept = keeping.intern("Alice")
    #expect(keeping.intern("alice") != kept)
    #expect(keeping.shown(kept) == "Alice")
  }

  @Test(arguments: [true, false])
  func `names of every length that differ in one byte are different`(foldsCase: Bool) {
    var table = NameTable(foldsCase: foldsCase, seed: 11)
    var known: [[UInt8]: NameTable.ID] = [:]
    for length in 0...40 {
      let name = (0..<length).map { UInt8(97 + $0 % 26) }
      var variants = [name]
      for position in 0..<length {
        for byte: UInt8 in [0, 0x20, 0x80, 0xff, name[position] ^ 1] {
          variants.append(name)
          variants[variants.count - 1][position] = byte
        }
      }
      for variant in variants { known[variant] = table.intern(variant.span) }
      // Within a larger block: what lies around does not count.
      let block = [0x41] + name + [0x42, 0x43]
      #expect(table.intern(block.span.extracting(1..<(length + 1))) == known[name])
    }
    #expect(Set(known.values).count == known.count)
    #expect(table.count == known.count)
    for (name, id) in known { #expect(table.bytes(id).elementsEqual(name)) }
  }

  @Test(arguments: [0, 1, UInt64.max, 0x9e37_79b9_7f4a_7c15])
  func `a growing table keeps the numbers of a dictionary`(seed: UInt64) {
    var numbers = SeededNumbers(seed ^ 6)
    var table = NameTable(seed: seed)
    var model: [[UInt8]: NameTable.ID] = [[]: 0]
    var wrong = 0
    for _ in 0..<20_000 {
      let name = numbers.bytes(numbers.below(6), in: 64...72)
      let id = table.intern(name.span)
      let folded = name.map(asciiLowercased)
      let expected = model[folded] ?? NameTable.ID(model.count)
      model[folded] = expected
      if id != expected { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(table.count == model.count)
    #expect(model.allSatisfy { table.bytes($0.value).elementsEqual($0.key) })
  }

  @Test(arguments: [true, false])
  func `a guess changes nothing but the time, and looking adds nothing`(foldsCase: Bool) {
    var numbers = SeededNumbers(7)
    var table = NameTable(foldsCase: foldsCase, seed: 3)
    for _ in 0..<5000 {
      let name = numbers.bytes(numbers.below(10), in: 64...67)
      let known = table.count
      let found = table.find(name.span)
      #expect(table.count == known)
      let guess = NameTable.ID(numbers.below(known))
      let id = table.intern(name.span, likely: guess)
      #expect(id == found ?? NameTable.ID(known))
      let again = table.intern(name.span)
      #expect(again == id)
    }
  }

  @Test func `a hundred thousand names stay apart`() {
    var table = NameTable()
    let ids = (0..<100_000).map { table.intern("user\($0)@example.org") }
    #expect(table.count == 100_001)
    #expect((0..<100_000).allSatisfy { table.intern("USER\($0)@example.org") == ids[$0] })
    #expect(table.shown(ids[99_999]) == "user99999@example.org")
  }

  @Test func `names are shown escaped`() {
    var table = NameTable()
    let id = table.intern([0x1b, 0x5b, 0x41, 0xff, 0x5c].span)
    #expect(table.shown(id) == #"\x1B[a\xFF\\"#)
  }
}
