import Counters
import MailLog

/// The names whose groups can be among the first rows, found by their messages alone: with millions
/// of names, the figures of a few are added up.
struct Leaders: Sendable {
  /// By the numbers of names, whether one can be.
  private(set) var names: [Bool]

  /// nil: that cannot be told, or is not worth it.
  init?(
    _ grouper: Grouper,
    _ counters: CounterSnapshot,
    _ query: ReportQuery,
    _ order: RowOrder,
    limit: Int
  ) {
    guard grouper.rules.grouping != .domain, query.domain == nil, query.search == nil, limit > 0,
      limit < counters.names.count / 4, !order.isReversed
    else { return nil }
    let version: TLSVersion?
    switch order.column {
    case nil, .messages: version = nil
    case .tls(let column): version = column
    default: return nil
    }
    let values = counters.messages(
      from: query.start,
      through: query.end,
      of: grouper.leadingRole,
      at: version
    )
    var domains = grouper.domains
    let splits = grouper.rules.splitsByDomain
    // A name without a domain can have several groups: so many that have one are needed.
    func isWhole(_ name: Int) -> Bool { !splits || domains.hasDomain(UInt32(name)) }
    var wanted = limit
    for _ in 0..<4 {
      guard let least = Self.greatest(wanted, of: values), least > 0 else { return nil }
      let leading = values.indices.filter { values[$0] >= least }
      let split = leading.count { !isWhole($0) }
      if leading.count - split >= limit {
        names = values.map { $0 >= least }
        if version == nil {
          let ties = leading.filter { values[$0] == least && isWhole($0) }
          let room = limit - (leading.count - split - ties.count)
          leaveOut(ties, beyond: room, counters.names)
        }
        return
      }
      wanted = limit + split
    }
    return nil
  }

  /// Leaves out names that are not among the first `room` in the order of names.
  private mutating func leaveOut(_ ties: [Int], beyond room: Int, _ list: NameList) {
    guard ties.count > room, room <= 1000 else { return }
    // Others are in the order of how they are shown.
    func isPlain(_ name: ArraySlice<UInt8>) -> Bool {
      !name.isEmpty
        && name.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    }
    var first: [Int] = []
    for name in ties {
      let bytes = list.bytes(UInt32(name))
      guard isPlain(bytes) else { continue }
      names[name] = false
      if first.count >= room, let last = first.last {
        guard bytes.lexicographicallyPrecedes(list.bytes(UInt32(last))) else { continue }
        first.removeLast()
      }
      let place = first.partitioningIndex {
        bytes.lexicographicallyPrecedes(list.bytes(UInt32($0)))
      }
      first.insert(name, at: place)
    }
    for name in first { names[name] = true }
  }

  /// The value that so many are not below; nil: there are fewer.
  static func greatest(_ place: Int, of values: [UInt64]) -> UInt64? {
    guard place > 0, place <= values.count, let most = values.max() else { return nil }
    var left = place
    var found: UInt64 = 0
    // A byte after the other, from the highest that any has.
    var shift = UInt64((64 - most.leadingZeroBitCount + 7) / 8 * 8)
    while shift > 0 {
      let known = found
      shift -= 8
      var counts = InlineArray<256, Int>(repeating: 0)
      for value in values where (value &>> shift) &>> 8 == known {
        counts[Int((value &>> shift) & 0xff)] &+= 1
      }
      var digit = 255
      while counts[digit] < left {
        left -= counts[digit]
        digit -= 1
      }
      found = known << 8 | UInt64(digit)
    }
    return found
  }
}

extension [Int] {
  /// The first place whose element, and all behind it, are as asked; the array is in that order.
  fileprivate func partitioningIndex(where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
