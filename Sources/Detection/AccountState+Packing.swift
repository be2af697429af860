import MailLog

// States of accounts, as they are stored.

extension PackedWriter {
  mutating func append(_ number: Float) { append(UInt64(number.bitPattern)) }

  mutating func append(_ number: Double) { append(number.bitPattern) }

  mutating func append(texts: [String]) {
    append(UInt64(texts.count))
    for text in texts { append(text.utf8) }
  }
}

extension PackedReader {
  mutating func float() -> Float? { number32().map(Float.init(bitPattern:)) }

  mutating func double() -> Double? { number().map(Double.init(bitPattern:)) }

  mutating func time() -> Timestamp? { signed().map(Timestamp.init(nanoseconds:)) }

  mutating func string() -> String? { text().map { String(decoding: $0, as: UTF8.self) } }

  mutating func texts() -> [String]? {
    guard let count = number32() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = string() else { return nil }
      texts.append(text)
    }
    return texts
  }

  mutating func floats() -> [Float]? {
    guard let count = number32(), count <= 6 else { return nil }
    var numbers: [Float] = []
    for _ in 0..<count {
      guard let number = float() else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

extension SlidingCounts {
  func write(to packed: inout PackedWriter) {
    for window in 0..<3 {
      packed.append(UInt64(windows[window].current))
      packed.append(UInt64(windows[window].previous))
      packed.append(windows[window].peak)
      packed.append(windows[window].record)
    }
  }

  init?(_ packed: inout PackedReader) {
    for window in 0..<3 {
      guard let current = packed.number32(), let previous = packed.number32(),
        let peak = packed.float(), let record = packed.float()
      else { return nil }
      windows[window] = SlidingCount(
        current: current,
        previous: previous,
        peak: peak,
        record: record
      )
    }
  }
}

extension AccountState {
  func write(to packed: inout PackedWriter) {
    packed.append(signed: last)
    packed.append(UInt64(flags))
    all.write(to: &packed)
    new.write(to: &packed)
    for place in 0..<KnownNetworks.count {
      let network = networks.places[place]
      packed.append(UInt64(network.hash))
      guard network.hash != 0 else { continue }
      packed.append(UInt64(network.firstDay))
      packed.append(UInt64(network.lastHour))
    }
  }

  init?(_ packed: inout PackedReader) {
    guard let last = packed.signed(), let flags = packed.byte(), flags < 64,
      let all = SlidingCounts(&packed), let new = SlidingCounts(&packed)
    else { return nil }
    self.init(last: last, packed: UInt32(flags) << 24)
    self.all = all
    self.new = new
    for place in 0..<KnownNetworks.count {
      guard let hash = packed.number32() else { return nil }
      guard hash != 0 else { continue }
      guard let day = packed.number().flatMap(UInt16.init(exactly:)),
        let hour = packed.number().flatMap(UInt16.init(exactly:))
      else { return nil }
      networks.places[place] = KnownNetworks.Network(hash: hash, firstDay: day, lastHour: hour)
    }
  }
}

extension RejectionState {
  func write(to packed: inout PackedWriter) {
    packed.append(signed: last)
    packed.append(UInt64(flags))
    counts.write(to: &packed)
  }

  init?(_ packed: inout PackedReader) {
    guard let last = packed.signed(), let flags = packed.byte(), flags < 16,
      let counts = SlidingCounts(&packed)
    else { return nil }
    self.init(at: Moment(nanoseconds: last))
    self.last = last
    self.flags = UInt32(flags)
    self.counts = counts
  }
}

extension HourlyRhythm {
  func write(to packed: inout PackedWriter) {
    for number in [UInt64(age), UInt64(hoursBusy), UInt64(hour), UInt64(count)] {
      packed.append(number)
    }
    for number in [excess, squares, squareCount, sum] { packed.append(number) }
    for slot in 0..<Self.slotCount {
      packed.append(byte: observations[slot])
      if observations[slot] > 0 { packed.append(UInt64(means[slot])) }
    }
  }

  init?(_ packed: inout PackedReader) {
    guard let age = packed.number().flatMap(UInt16.init(exactly:)),
      let hoursBusy = packed.number().flatMap(UInt16.init(exactly:)),
      let hour = packed.number32(), let count = packed.number32(), let excess = packed.float(),
      let squares = packed.float(), let squareCount = packed.float(), let sum = packed.float()
    else { return nil }
    self.init(hour: hour)
    (self.age, self.hoursBusy, self.count) = (age, hoursBusy, count)
    (self.excess, self.squares, self.squareCount, self.sum) = (excess, squares, squareCount, sum)
    for slot in 0..<Self.slotCount {
      guard let observed = packed.byte() else { return nil }
      observations[slot] = observed
      guard observed > 0 else { continue }
      guard let mean = packed.number().flatMap(UInt16.init(exactly:)) else { return nil }
      means[slot] = mean
    }
  }
}
