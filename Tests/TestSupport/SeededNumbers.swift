import MailLog

/// Random numbers that are the same in every run.
package struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  package init(_ seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return ByteHash.mix(state, 0xbf58_476d_1ce4_e5b9)
  }

  package mutating func below(_ limit: Int) -> Int { .random(in: 0..<limit, using: &self) }

  package mutating func bytes(_ count: Int, in range: ClosedRange<UInt8> = 0 ... .max) -> [UInt8] {
    (0..<count).map { _ in .random(in: range, using: &self) }
  }
}
