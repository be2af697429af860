// The vocabulary's values, as they are stored.

extension PackedWriter {
  public mutating func append(_ flag: Bool) { append(byte: flag ? 1 : 0) }

  public mutating func append(bitsOf number: Float) { append(UInt64(number.bitPattern)) }

  public mutating func append(bitsOf number: Double) { append(number.bitPattern) }

  public mutating func append(_ numbers: [UInt64]) {
    append(UInt64(numbers.count))
    for number in numbers { append(number) }
  }

  public mutating func append(texts: [String]) {
    append(UInt64(texts.count))
    for text in texts { append(text.utf8) }
  }

  public mutating func append(_ time: Timestamp) { append(signed: time.nanoseconds) }

  public mutating func append(_ day: CivilDate) { append(signed: Int64(day.daysSince1970)) }

  public mutating func append(_ host: HostKey) { append(host.hash) }

  public mutating func append(_ address: ClientAddress) {
    append(address.high)
    append(address.low)
  }

  public mutating func append(_ version: TLSVersion) { append(byte: version.rawValue) }
}

extension PackedReader {
  public mutating func flag() -> Bool? { byte().map { $0 != 0 } }

  public mutating func number16() -> UInt16? { number().flatMap(UInt16.init(exactly:)) }

  public mutating func number32() -> UInt32? { number().flatMap(UInt32.init(exactly:)) }

  /// The number of a name below `nameLimit`.
  public mutating func name() -> NameTable.ID? {
    number32().flatMap { $0 < nameLimit ? $0 : nil }
  }

  /// The number of a term below `termLimit`.
  public mutating func term() -> NameTable.ID? {
    number32().flatMap { $0 < termLimit ? $0 : nil }
  }

  /// What was counted: at most `countLimit`.
  public mutating func count() -> UInt64? { number().flatMap { $0 <= Self.countLimit ? $0 : nil } }

  /// More than is ever counted, and little enough to be added up without a look at the sum.
  public static var countLimit: UInt64 { 1 << 48 }

  /// A quantity, not negative.
  public mutating func float() -> Float? {
    number32().map(Float.init(bitPattern:)).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }

  public mutating func double() -> Double? {
    number().map(Double.init(bitPattern:)).flatMap { $0.isFinite ? $0 : nil }
  }

  /// So many numbers; nil: as many as the number in front of them says.
  public mutating func numbers(_ count: UInt64? = nil) -> [UInt64]? {
    guard let count = count ?? number() else { return nil }
    var numbers: [UInt64] = []
    for _ in 0..<count {
      guard let number = number() else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// A text; what is no UTF-8 in it is replaced.
  public mutating func string() -> String? { text().map { String(decoding: $0, as: UTF8.self) } }

  public mutating func texts() -> [String]? {
    guard let count = number() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = string() else { return nil }
      texts.append(text)
    }
    return texts
  }

  public mutating func time() -> Timestamp? { signed().flatMap(Timestamp.init(stored:)) }

  /// A time, or the earliest that there is, which stands for none.
  public mutating func timeOrEarliest() -> Timestamp? {
    signed().flatMap { $0 == .min ? Timestamp(nanoseconds: $0) : Timestamp(stored: $0) }
  }

  /// The number of the unit of time, of so many nanoseconds, that a time is in.
  public mutating func time(inUnitsOf length: Int64) -> Int64? {
    signed().flatMap { Timestamp.isStorable($0, inUnitsOf: length) ? $0 : nil }
  }

  public mutating func day() -> CivilDate? { signed().flatMap(CivilDate.init(stored:)) }

  public mutating func host() -> HostKey? { number().map(HostKey.init(hash:)) }

  public mutating func address() -> ClientAddress? {
    guard let high = number(), let low = number() else { return nil }
    return ClientAddress(high: high, low: low)
  }

  public mutating func tls() -> TLSVersion? { byte().flatMap(TLSVersion.init(rawValue:)) }
}
