import MailLog

// States of accounts, as they are stored.

extension SlidingCounts {
  func write(to packed: inout PackedWriter) {
    for window in 0..<3 {
      packed.append(UInt64(windows[window].current))
      packed.append(UInt64(windows[window].previous))
      packed.append(bitsOf: windows[window].peak)
      packed.append(bitsOf: windows[window].record)
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
    guard let last = packed.time()?.nanoseconds, let flags = packed.byte(), flags < 64,
      let all = SlidingCounts(&packed), let new = SlidingCounts(&packed)
    else { return nil }
    self.init(last: last, packed: UInt32(flags) << 24)
    self.all = all
    self.new = new
    for place in 0..<KnownNetworks.count {
      guard let hash = packed.number32() else { return nil }
      guard hash != 0 else { continue }
      guard let day = packed.number16(), let hour = packed.number16() else { return nil }
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
    guard let last = packed.time()?.nanoseconds, let flags = packed.byte(), flags < 16,
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
    for number in [excess, squares, squareCount, sum] { packed.append(bitsOf: number) }
    for slot in 0..<Self.slotCount {
      packed.append(byte: observations[slot])
      if observations[slot] > 0 { packed.append(UInt64(means[slot])) }
    }
  }

  init?(_ packed: inout PackedReader) {
    guard let age = packed.number16(), let hoursBusy = packed.number16(),
      let hour = packed.number32(), Timestamp.isStorable(Int64(hour), inUnitsOf: Moment.hour),
      let count = packed.number32(), let excess = packed.float(),
      let squares = packed.float(), let squareCount = packed.float(), let sum = packed.float()
    else { return nil }
    self.init(hour: hour)
    (self.age, self.hoursBusy, self.count) = (age, hoursBusy, count)
    (self.excess, self.squares, self.squareCount, self.sum) = (excess, squares, squareCount, sum)
    for slot in 0..<Self.slotCount {
      guard let observed = packed.byte() else { return nil }
      observations[slot] = observed
      guard observed > 0 else { continue }
      guard let mean = packed.number16() else { return nil }
      means[slot] = mean
    }
  }
}
