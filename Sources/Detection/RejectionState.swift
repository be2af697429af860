/// Channel A on the messages of an account that were refused or bounced: 64 bytes for an account
/// that has any.
struct RejectionState: BitwiseCopyable, Sendable {
  var last: Int64
  var counts = SlidingCounts()
  /// The version of the snapshot in the upper 28 bits, the days of care in the lower four.
  private var packed: UInt32 = 0

  init(at moment: Moment) {
    last = moment.nanoseconds
  }

  var version: UInt32 {
    get { packed >> 4 }
    set { packed = packed & 15 | newValue << 4 }
  }

  /// All that `packed` holds but the version.
  var flags: UInt32 {
    get { packed & 15 }
    set { packed = packed & ~15 | newValue & 15 }
  }

  var alertDays: UInt32 {
    get { packed & 3 }
    set { packed = packed & ~3 | min(newValue, 3) }
  }

  var hasOpenVerdict: Bool {
    get { packed & 4 != 0 }
    set { packed = packed & ~4 | (newValue ? 4 : 0) }
  }

  var leavesOutToday: Bool {
    get { packed & 8 != 0 }
    set { packed = packed & ~8 | (newValue ? 8 : 0) }
  }
}

extension RejectionState: WatchedState {
  var channels: [SlidingCounts] { [counts] }

  @inline(__always)
  mutating func changeChannels(_ change: (inout SlidingCounts, SlidingCounts.Floors) -> Void) {
    change(&counts, SlidingCounts.floors)
  }
}
