import Foundation
package import MailLog

extension ZoneRules {
  /// The zone of an IANA name, or `UTC±HH:MM`; nil if there is none such.
  ///
  /// Holds every change of offset from 1970 to 2069, found week by week: no zone keeps an offset
  /// for less. Costs some milliseconds.
  package init?(named name: String) {
    if let fixed = ZoneRules(fixed: name) {
      self = fixed
      return
    }
    // CET and Japan are names, EST and IST may be abbreviations of something else.
    let file = "/usr/share/zoneinfo/\(name)"
    guard !name.hasPrefix("/"), !name.contains(".."),
      TimeZone.knownTimeZoneIdentifiers.contains(name) || name.contains("/")
        || FileManager.default.contents(atPath: file)?.starts(with: Data("TZif".utf8)) == true,
      let zone = TimeZone(identifier: name)
    else { return nil }
    self.init(name: name, zone: zone)
  }

  /// The zone that the system runs in.
  package static var system: ZoneRules {
    // The colon that tzset(3) has in front of a name Foundation does not know.
    let variable = ProcessInfo.processInfo.environment["TZ"] ?? ""
    if variable.hasPrefix(":"), let zone = ZoneRules(named: String(variable.dropFirst())) {
      return zone
    }
    let zone = TimeZone.current
    if zone.identifier == "GMT" { return .utc }
    return ZoneRules(fixed: zone.identifier) ?? ZoneRules(name: zone.identifier, zone: zone)
  }

  private init(name: String, zone: TimeZone) {
    func offset(_ seconds: Int64) -> Int32 {
      Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
    }
    var transitions: [Int64] = []
    var offsets = [offset(0)]
    let week: Int64 = 7 * 86_400
    for start in stride(from: Int64(0), to: 3_155_760_000, by: Int(week)) {
      let after = offset(start + week)
      guard let before = offsets.last, after != before else { continue }
      var (low, high) = (start, start + week)
      while high - low > 1 {
        let middle = (low + high) / 2
        if offset(middle) == before { low = middle } else { high = middle }
      }
      transitions.append(high)
      offsets.append(after)
    }
    self.init(name: name, transitions: transitions, offsets: offsets)
  }
}
