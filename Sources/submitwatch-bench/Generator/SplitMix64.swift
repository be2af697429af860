/// A small generator of pseudo-random numbers, the same on every machine.
///
/// Source: Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators" (2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number that depends on `value` alone.
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 ..< `bound`, which is positive.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// 0 ..< 1.
  mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True in `permille` of 1000 cases.
  mutating func happens(permille: Int) -> Bool {
    below(1000) < permille
  }

  /// A time in microseconds: mostly near the lower bound, now and then near the upper one.
  mutating func delay(_ milliseconds: ClosedRange<Int>) -> Int64 {
    let chance = fraction()
    let lower = Double(milliseconds.lowerBound) * 1000
    let upper = Double(milliseconds.upperBound) * 1000
    return Int64(lower + (upper - lower) * chance * chance * chance)
  }

  mutating func element<Element>(of array: [Element]) -> Element {
    array[below(array.count)]
  }
}
