import Counters
import MailLog

/// The log time that is covered, host by host, while lines come.
struct CoverageTrack: Sendable {
  /// Up to date only behind `flush`.
  private(set) var hosts: [HostKey: Coverage]
  private var host = HostKey(hash: 0)
  private var lower = Timestamp(nanoseconds: 0)
  private var upper = Timestamp(nanoseconds: 0)
  private var isOpen = false
  /// The hosts that have lines again since the spans were ended; nil: they were not.
  private var resumed: Set<HostKey>?

  /// A span ends where a host is silent for so long: so one line with a wrong stamp covers nothing
  /// but itself.
  static let longestPause: Int64 = 3600 * 1_000_000_000
  private static let hostLimit = 65_536

  init(_ hosts: [HostKey: Coverage] = [:]) {
    self.hosts = hosts
  }

  /// A line of the host is read.
  @inline(__always) mutating func note(_ time: Timestamp, of host: HostKey) {
    if isOpen, host == self.host, time.since(upper) <= Self.longestPause,
      lower.since(time) <= Self.longestPause
    {
      lower = min(lower, time)
      upper = max(upper, time)
    } else {
      go(to: host, time)
    }
  }

  @inline(never) private mutating func go(to host: HostKey, _ time: Timestamp) {
    flush()
    var span = time...time
    let goesOn = resumed?.insert(host).inserted != true
    if goesOn, let known = hosts[host]?.span(within: Self.longestPause, of: time) {
      span = min(known.lowerBound, time)...max(known.upperBound, time)
    }
    self.host = host
    lower = span.lowerBound
    upper = span.upperBound
    isOpen = true
  }

  /// Brings `hosts` up to date.
  mutating func flush() {
    guard isOpen, hosts[host] != nil || hosts.count < Self.hostLimit else { return }
    hosts[host, default: Coverage()].insert(lower...upper)
  }

  /// Lines may be missing here: what comes next is another span.
  mutating func endSpans() {
    flush()
    isOpen = false
    resumed = []
  }

  mutating func formUnion(_ other: [HostKey: Coverage]) {
    for (host, coverage) in other { hosts[host, default: Coverage()].formUnion(coverage) }
  }

  mutating func drop(before time: Timestamp) {
    flush()
    isOpen = false
    for host in hosts.keys { hosts[host]?.drop(before: time) }
    hosts = hosts.filter { !$0.value.isEmpty }
  }
}
