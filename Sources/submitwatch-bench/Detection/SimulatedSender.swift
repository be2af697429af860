import Foundation

/// One account of a made-up server, and how it sends.
struct SimulatedSender {
  enum Kind: String, CaseIterable {
    case office, device, service, newsletter, new, dormant, shared

    /// Of 1,000 accounts.
    var share: Int {
      switch self {
      case .office: 590
      case .device: 100
      case .service: 100
      case .newsletter: 30
      case .new: 60
      case .dormant: 80
      case .shared: 40
      }
    }
  }

  /// One message.
  struct Message {
    /// Seconds since the simulation began, with fractions.
    var time: Double
    var sender: UInt32
    /// A /24 network.
    var network: UInt32
    var recipients: UInt32
    var isAttack = false
  }

  let number: Int
  let kind: Kind
  /// Messages on a usual day.
  let rate: Double
  private(set) var random: SplitMix64
  private let networkCount: Int
  /// How likely a day is spent in a network that is new.
  private let travels: Double
  private let firstDay: Int
  private let lastDay: Int
  /// Of mailings and batches: the days between two of them, and recipients.
  private let interval: Int
  private let batch: Double
  private let offset: Int
  /// A service moves to another network on that day.
  private let moves: Int

  init(number: Int, kind: Kind, days: Int, seed: UInt64) {
    self.number = number
    self.kind = kind
    random = SplitMix64(seed: SplitMix64.mix(seed &+ UInt64(number) &* 0x9e37_79b9))
    switch kind {
    case .office, .new:
      rate = random.logNormal(median: 8, sigma: 0.8)
      networkCount = random.within(1...4)
      travels = random.fraction() < 0.2 ? 0.05 : 0.01
      let hasBatches = random.fraction() < 0.05
      interval = hasBatches ? [7, 14, 28][random.below(3)] : 0
      batch = random.logNormal(median: 30, sigma: 0.6)
    case .device:
      rate = random.logNormal(median: 12, sigma: 0.7)
      (networkCount, travels, interval, batch) = (1, 0, 0, 0)
    case .service:
      rate = random.logNormal(median: 150, sigma: 1.1)
      (networkCount, travels, interval, batch) = (random.within(1...2), 0, 0, 0)
    case .newsletter:
      rate = 3
      (networkCount, travels) = (random.within(1...2), 0)
      interval = [7, 7, 14, 28][random.below(4)]
      batch = random.logNormal(median: 600, sigma: 1)
    case .dormant:
      rate = random.logNormal(median: 0.4, sigma: 0.5)
      (networkCount, travels, interval, batch) = (random.within(1...2), 0, 0, 0)
    case .shared:
      rate = random.logNormal(median: 70, sigma: 0.5)
      (networkCount, travels, interval, batch) = (random.within(3...6), 0.02, 0, 0)
    }
    offset = random.below(max(1, interval))
    firstDay = kind == .new ? random.within(5...max(5, days - 5)) : 0
    lastDay = kind == .dormant ? random.within(3...20) : days
    let isMoving = random.fraction() < 0.1
    moves = kind == .service && isMoving ? random.below(days) : -1
  }

  /// A network of its own.
  func ownNetwork(_ index: Int, day: Int) -> UInt32 {
    let moved = moves >= 0 && day >= moves ? 8 : 0
    return UInt32(number * 16 + index % networkCount + moved)
  }

  /// What it sends on a day, in no order; day 0 is a Monday.
  mutating func messages(on day: Int, into messages: inout [Message]) {
    guard day >= firstDay, day <= lastDay else { return }
    switch kind {
    case .office, .new, .dormant, .shared, .device: sendByDay(day, into: &messages)
    case .service: sendAroundTheClock(day, into: &messages)
    case .newsletter: sendByDay(day, into: &messages)
    }
    if interval > 0, day % interval == offset { sendBatch(day, into: &messages) }
  }

  private mutating func sendByDay(_ day: Int, into messages: inout [Message]) {
    let activity = day % 7 >= 5 ? (kind == .shared ? 0.3 : 0.12) : 1.0
    let mean = rate * activity * random.logNormal(median: 1, sigma: 0.4)
    let count = random.poisson(mean)
    let isAway = random.fraction() < travels
    let elsewhere = random.newNetwork()
    for _ in 0..<count {
      let hour = min(23.9, max(0, 13 + 2.6 * random.normal()))
      let isFromElsewhere = isAway && random.fraction() < (kind == .shared ? 0.2 : 0.7)
      messages.append(
        Message(
          time: Double(day) * 86_400 + hour * 3600,
          sender: UInt32(number),
          network: isFromElsewhere ? elsewhere : ownNetwork(favourite(), day: day),
          recipients: kind == .device ? 1 : recipients()
        )
      )
    }
  }

  /// The first of its networks most of the time.
  private mutating func favourite() -> Int {
    random.fraction() < 0.7 ? 0 : random.below(networkCount)
  }

  private mutating func recipients() -> UInt32 {
    let chance = random.fraction()
    if chance < 0.7 { return 1 }
    if chance < 0.94 { return UInt32(random.within(2...4)) }
    if chance < 0.992 { return UInt32(random.within(5...12)) }
    return UInt32(random.within(13...50))
  }

  private mutating func sendAroundTheClock(_ day: Int, into messages: inout [Message]) {
    let weekend = day % 7 >= 5 ? 0.6 : 1.0
    let mean = rate * weekend * random.logNormal(median: 1, sigma: 0.2)
    for _ in 0..<random.poisson(mean) {
      // By day twice as much as by night.
      var hour = random.fraction() * 24
      if (hour < 7 || hour > 19), random.fraction() < 0.5 { hour = 7 + random.fraction() * 12 }
      messages.append(
        Message(
          time: Double(day) * 86_400 + hour * 3600,
          sender: UInt32(number),
          network: ownNetwork(favourite(), day: day),
          recipients: 1
        )
      )
    }
  }

  /// A mailing, or a run of invoices: evenly, within an hour or two.
  private mutating func sendBatch(_ day: Int, into messages: inout [Message]) {
    let size = Int(batch * random.logNormal(median: 1, sigma: 0.15))
    let start = Double(day) * 86_400 + (8 + random.fraction() * 8) * 3600
    let length = kind == .newsletter ? 1800 + random.fraction() * 3600 : 1800
    for index in 0..<size {
      messages.append(
        Message(
          time: start + length * Double(index) / Double(max(1, size)),
          sender: UInt32(number),
          network: ownNetwork(0, day: day),
          recipients: 1
        )
      )
    }
  }
}

extension SplitMix64 {
  /// Source: Box, Muller: "A Note on the Generation of Random Normal Deviates" (1958).
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - fraction())).squareRoot()
    return radius * cos(2 * .pi * fraction())
  }

  mutating func logNormal(median: Double, sigma: Double) -> Double {
    median * exp(sigma * normal())
  }

  /// By counting arrivals; for a large mean by the normal distribution.
  mutating func poisson(_ mean: Double) -> Int {
    if mean > 60 { return max(0, Int((mean + mean.squareRoot() * normal()).rounded())) }
    let limit = exp(-mean)
    var product = fraction()
    var count = 0
    while product > limit {
      product *= fraction()
      count += 1
    }
    return count
  }

  /// One that no account has of its own.
  mutating func newNetwork() -> UInt32 {
    0x80_0000 | UInt32(truncatingIfNeeded: next()) & 0x7f_ffff
  }
}
