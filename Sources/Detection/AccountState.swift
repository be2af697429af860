/// What is kept of every account: 176 bytes.
struct AccountState: BitwiseCopyable, Sendable {
  var last: Int64
  /// Channel A.
  var all = SlidingCounts()
  /// Channel B: what came from networks that are new today.
  var new = SlidingCounts()
  var networks = KnownNetworks()
  /// The version of the snapshot that it changed in last.
  var version: UInt32 = 0
  /// The number + 1 of its rhythm in the lower 24 bits, flags above.
  private var packed: UInt32 = 0

  init(at time: Moment) {
    last = time.nanoseconds
    isFirstDay = true
  }

  init(last: Int64, packed: UInt32) {
    self.last = last
    self.packed = packed
  }

  /// All that `packed` holds but the number of the rhythm.
  var flags: UInt32 { packed >> 24 }

  /// The place of its rhythm, which only busy accounts have.
  var rhythm: Int? {
    get { packed & 0xff_ffff == 0 ? nil : Int(packed & 0xff_ffff) - 1 }
    set { packed = packed & 0xff00_0000 | UInt32(newValue.map { $0 + 1 } ?? 0) }
  }

  /// The day on which it was seen first: all networks count as known.
  var isFirstDay: Bool {
    get { packed >> 24 & 1 != 0 }
    set { packed = packed & ~(1 << 24) | (newValue ? 1 << 24 : 0) }
  }

  var alertDays: UInt32 {
    get { packed >> 25 & 3 }
    set { packed = packed & ~(3 << 25) | min(newValue, 3) << 25 }
  }

  var leavesOutToday: Bool {
    get { packed >> 27 & 1 != 0 }
    set { packed = packed & ~(1 << 27) | (newValue ? 1 << 27 : 0) }
  }

  var hasOpenVerdict: Bool {
    get { packed >> 28 & 1 != 0 }
    set { packed = packed & ~(1 << 28) | (newValue ? 1 << 28 : 0) }
  }

  /// It has so many failed logins that its next submission may be an alert.
  var hasFailures: Bool {
    get { packed >> 29 & 1 != 0 }
    set { packed = packed & ~(1 << 29) | (newValue ? 1 << 29 : 0) }
  }
}

extension AccountState: WatchedState {
  /// Channel A, then channel B.
  var channels: [SlidingCounts] { [all, new] }

  @inline(__always)
  mutating func changeChannels(_ change: (inout SlidingCounts, SlidingCounts.Floors) -> Void) {
    change(&all, SlidingCounts.floors)
    change(&new, SlidingCounts.newNetworkFloors)
  }
}
