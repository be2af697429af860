/// A time zone as a value: its offsets from UTC and when they change.
public struct ZoneRules: Sendable, Equatable {
  /// The name that the user gave, `Europe/Berlin` or `UTC+02:57`.
  public let name: String
  /// Seconds since 1970 at which the next offset begins, ascending.
  public let transitions: [Int64]
  /// Seconds east of UTC; one more than there are transitions.
  public let offsets: [Int32]

  /// How a zone can be named, for messages: "a time zone such as …".
  public static let examples = "Europe/Berlin, or UTC±HH:MM"

  public static let utc = ZoneRules(name: "UTC", transitions: [], offsets: [0])

  public init(name: String, transitions: [Int64], offsets: [Int32]) {
    precondition(
      offsets.count == transitions.count + 1,
      "\(offsets.count) offsets for \(transitions.count) transitions"
    )
    self.name = name
    self.transitions = transitions
    self.offsets = offsets
  }

  /// Reads `UTC`, `UTC±HH:MM` and `Z`; nil for names that need the zone database.
  public init?(fixed name: String) {
    if ["UTC", "Z", "Etc/UTC", "GMT"].contains(name) {
      self.init(name: name, transitions: [], offsets: [0])
      return
    }
    let digits = Array(name.utf8)
    guard digits.count == 9, name.hasPrefix("UTC+") || name.hasPrefix("UTC-"),
      digits[6] == UInt8(ascii: ":"),
      [4, 5, 7, 8].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits[$0]) }),
      let hours = Int32(name.dropFirst(4).prefix(2)), hours < 24,
      let minutes = Int32(name.suffix(2)), minutes < 60
    else { return nil }
    let sign: Int32 = name.hasPrefix("UTC-") ? -1 : 1
    self.init(name: name, transitions: [], offsets: [sign * (hours * 3600 + minutes * 60)])
  }

  /// The number of the offset in force at an instant.
  func index(at seconds: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Seconds east of UTC at an instant.
  public func offset(at seconds: Int64) -> Int32 { offsets[index(at: seconds)] }

  /// The instants that a local clock reading can mean, in order: two in the hour autumn repeats.
  ///
  /// In the gap of spring the reading is taken as if the clock had not been put forward.
  public func instants(ofLocal local: Int64) -> (first: Int64, second: Int64?) {
    let around = index(at: local - 86_400)...index(at: local + 86_400)
    var found: [Int64] = []
    for number in around {
      let instant = local - Int64(offsets[number])
      if index(at: instant) == number { found.append(instant) }
    }
    guard let first = found.first else {
      return (local - Int64(offset(at: local - 86_400)), nil)
    }
    return (first, found.dropFirst().last)
  }
}
