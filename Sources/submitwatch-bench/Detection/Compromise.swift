import Foundation

/// A password in the wrong hands: when, and what is sent with it.
struct Compromise {
  /// Each shape sends to one recipient a message: so the recipients tell no more than the messages.
  enum Shape: String, CaseIterable {
    /// 500 an hour from a new network.
    case burst
    /// 300 an hour from ever new networks.
    case botnet
    /// 15 to 25 an hour from new networks, for a day.
    case slowAndLow = "slow and low"
    /// 60 to 120 within half an hour, from a new network.
    case shortBurst = "short burst"
    /// 100 an hour with an account that nobody uses any more.
    case dormant
    /// 5 in the first hour, twice as many in each further one, from a new network.
    case ramp
    /// 120 an hour from the account's own network.
    case familiar = "own network"
    /// A service at three times its rate, from its own network, for two days.
    case service = "service × 3"

    /// Whether the shape is one of the six that have to be found.
    var isRequired: Bool { self != .familiar && self != .service }

    func fits(_ kind: SimulatedSender.Kind) -> Bool {
      switch self {
      case .dormant: kind == .dormant
      case .service: kind == .service
      default: kind != .dormant && kind != .service
      }
    }
  }

  let shape: Shape
  let start: Double
  private(set) var messages: [SimulatedSender.Message] = []

  var end: Double { messages.last?.time ?? start }

  init(_ shape: Shape, on sender: SimulatedSender, day: Int, seed: UInt64) {
    self.shape = shape
    var random = SplitMix64(seed: SplitMix64.mix(seed ^ UInt64(sender.number) &* 0x517c_c1b7))
    start = (Double(day) + random.fraction()) * 86_400
    let network = random.newNetwork()
    switch shape {
    case .burst: send(1000, perHour: 500, &random) { _ in network }
    case .botnet: send(900, perHour: 300, &random) { $0.newNetwork() }
    case .slowAndLow:
      let rate = Double(random.within(15...25))
      let networks = [network, random.newNetwork(), random.newNetwork()]
      send(Int(rate * 24), perHour: rate, &random) { networks[$0.below(3)] }
    case .shortBurst:
      let count = random.within(60...120)
      send(count, perHour: Double(count) * 2, &random) { _ in network }
    case .dormant: send(500, perHour: 100, &random) { _ in network }
    case .ramp:
      var first = start
      for hour in 0..<7 {
        send(5 << hour, perHour: Double(5 << hour), from: first, &random) { _ in network }
        first += 3600
      }
    case .familiar:
      let own = sender.ownNetwork(0, day: day)
      send(600, perHour: 120, &random) { _ in own }
    case .service:
      let own = sender.ownNetwork(0, day: day)
      // Twice its rate on top of what it sends anyway.
      let rate = sender.rate / 12
      send(Int(rate * 48), perHour: rate, &random) { _ in own }
    }
    for index in messages.indices { messages[index].sender = UInt32(sender.number) }
  }

  private mutating func send(
    _ count: Int,
    perHour rate: Double,
    from first: Double? = nil,
    _ random: inout SplitMix64,
    network: (inout SplitMix64) -> UInt32
  ) {
    var time = first ?? start
    for _ in 0..<count {
      time += -log(1 - random.fraction()) * 3600 / rate
      messages.append(
        SimulatedSender.Message(
          time: time,
          sender: 0,
          network: network(&random),
          recipients: 1,
          isAttack: true
        )
      )
    }
  }
}
