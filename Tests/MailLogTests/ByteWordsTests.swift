import MailLog
import TestSupport
import Testing

struct ByteWordsTests {
  private func word(of bytes: [UInt8], at index: Int) -> UInt64 {
    var word: UInt64 = 0
    for offset in 0..<8 where index + offset < bytes.count {
      word |= UInt64(bytes[index + offset]) << UInt64(offset * 8)
    }
    return word
  }

  private func lowered(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte + 32 : byte
  }

  @Test func `words are the bytes, zeros behind the end, whatever lies there`() {
    var numbers = SeededNumbers(2)
    for before in 0...3 {
      for count in 0...27 {
        let bytes = numbers.bytes(count, in: 1...255)
        let surrounded = [UInt8](repeating: 0xee, count: before) + bytes + [0xdd, 0xcc, 0xbb]
        let span = surrounded.span.extracting(before..<(before + count))
        for index in 0...count + 9 {
          let found = span.word(at: index)
          #expect(found == word(of: bytes, at: index), "\(index) of \(count)")
        }
      }
    }
  }

  @Test func `each byte of a word is folded by itself`() {
    var numbers = SeededNumbers(3)
    var wrong: [UInt64] = []
    for position in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        for _ in 0..<4 {
          var bytes = numbers.bytes(8)
          bytes[position] = byte
          let expected = word(of: bytes.map(lowered), at: 0)
          let given = word(of: bytes, at: 0)
          if given.asciiLowercased != expected { wrong.append(given) }
        }
      }
    }
    #expect(wrong.isEmpty)
    #expect((UInt8.min...UInt8.max).allSatisfy { asciiLowercased($0) == lowered($0) })
  }

  private func hash(
    _ bytes: [UInt8],
    by hash: ByteHash = .stable,
    foldingCase: Bool = false
  ) -> UInt64 {
    hash(bytes.span, foldingCase: foldingCase)
  }

  @Test func `a hash sees every byte, the length and the seed, not the case if folded`() {
    var numbers = SeededNumbers(5)
    var seen: Set<UInt64> = []
    var count = 0
    for length in 0...24 {
      let bytes = numbers.bytes(length, in: 65...90)
      #expect(hash(bytes, by: ByteHash(seed: 7)) != hash(bytes))
      #expect(hash(bytes, foldingCase: true) == hash(bytes.map(lowered)))
      let zeros = [UInt8](repeating: 0, count: length)
      for text in [bytes, zeros] + (0..<length).map({ bytes[..<$0] + [1] + bytes[($0 + 1)...] }) {
        seen.insert(hash(text))
        count += 1
      }
    }
    // The two texts of length 0 are one.
    #expect(seen.count == count - 1)
  }
}
