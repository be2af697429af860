import MailLog
import TestSupport
import Testing

/// Zones made by hand, with their rules of the years 2026 and 2011.
enum TestZones {
  static let berlin = ZoneRules(
    name: "Europe/Berlin",
    transitions: [1_774_746_000, 1_792_890_000],
    offsets: [3600, 7200, 3600]
  )
  /// Half an hour, at 02:00.
  static let lordHowe = ZoneRules(
    name: "Australia/Lord_Howe",
    transitions: [1_775_314_800, 1_791_041_400],
    offsets: [39_600, 37_800, 39_600]
  )
  /// At midnight.
  static let beirut = ZoneRules(
    name: "Asia/Beirut",
    transitions: [1_774_735_200, 1_792_875_600],
    offsets: [7200, 10_800, 7200]
  )
  /// 30 December 2011 did not take place.
  static let apia = ZoneRules(
    name: "Pacific/Apia",
    transitions: [1_325_239_200],
    offsets: [-36_000, 50_400]
  )
  static let odd = ZoneRules(name: "UTC+02:57", transitions: [], offsets: [10_620])
  static let all = [berlin, lordHowe, beirut, apia, odd, .utc]
}

struct ZoneRulesTests {
  @Test(arguments: TestZones.all)
  func `the instants of a reading are those whose reading it is`(zone: ZoneRules) {
    for change in zone.transitions + [1_700_000_000] {
      // Local readings of five days around the change, by way of the instants.
      var instants: [Int64: [Int64]] = [:]
      for instant in stride(from: change - 216_000, to: change + 216_000, by: 900) {
        instants[instant + Int64(zone.offset(at: instant)), default: []].append(instant)
      }
      for local in stride(from: change - 90_000, to: change + 90_000, by: 900) {
        let found = zone.instants(ofLocal: local)
        if let expected = instants[local] {
          #expect([found.first] == expected.prefix(1), "\(local)")
          #expect(found.second == expected.dropFirst().first, "\(local)")
        } else {
          #expect(found.second == nil)
          let before = zone.offsets[zone.transitions.firstIndex(of: change) ?? 0]
          #expect(found.first == local - Int64(before), "\(local)")
        }
      }
    }
  }

  @Test(arguments: TestZones.all)
  func `an offset holds from its change on`(zone: ZoneRules) {
    for (number, change) in zone.transitions.enumerated() {
      #expect(zone.offset(at: change - 1) == zone.offsets[number])
      #expect(zone.offset(at: change) == zone.offsets[number + 1])
    }
    #expect(zone.offset(at: .min) == zone.offsets.first)
    #expect(zone.offset(at: .max) == zone.offsets.last)
  }

  @Test(arguments: [
    ("UTC", 0), ("Z", 0), ("GMT", 0), ("Etc/UTC", 0), ("UTC+00:00", 0), ("UTC+02:57", 10_620),
    ("UTC-09:30", -34_200), ("UTC+14:00", 50_400), ("UTC-23:59", -86_340),
  ])
  func `fixed offsets are read`(name: String, seconds: Int32) throws {
    let zone = try #require(ZoneRules(fixed: name))
    #expect(zone.offsets == [seconds])
    #expect(zone.name == name)
  }

  @Test(arguments: [
    "", "utc", "UTC+", "UTC+1", "UTC+1:00", "UTC+01:0", "UTC+0100", "UTC+24:00", "UTC+01:60",
    "UTC+01:000", "UTC 01:00", "UTC+-1:00", "UTC++1:00", "UTC+01:+5", "UTC+01:-5", "UTC-+1:00",
    "GMT+01:00", "Europe/Berlin", "UTC+1é:0",
  ])
  func `what is no fixed offset is none`(_ name: String) {
    #expect(ZoneRules(fixed: name) == nil)
  }
}

struct CalendarTests {
  private func plainDay(_ seconds: Int64, _ zone: ZoneRules) -> Int32 {
    Int32(((Double(seconds) + Double(zone.offset(at: seconds))) / 86_400).rounded(.down))
  }

  @Test(arguments: TestZones.all)
  func `the day of an instant is that of the local clock, in any order`(zone: ZoneRules) {
    var numbers = SeededNumbers(12)
    var wrong: [Int64] = []
    for change in zone.transitions + [0, -1_000_000] {
      let upward = (-200...200).map { change + $0 * 450 }
      let random = upward.map { _ in change + Int64(numbers.below(345_600)) - 172_800 }
      for order in [upward, upward.reversed(), random] {
        var calendar = LocalDays(zone: zone)
        for seconds in order {
          let time = Timestamp(nanoseconds: seconds * 1_000_000_000 + 999_999_999)
          let day = calendar.day(of: time).daysSince1970
          if day != plainDay(seconds, zone) { wrong.append(seconds) }
        }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: TestZones.all)
  func `a day starts with its first moment`(zone: ZoneRules) {
    var calendar = LocalDays(zone: zone)
    for change in zone.transitions + [1_700_000_000] {
      let middle = Int32(change / 86_400)
      for number in (middle - 3)...(middle + 3) {
        let day = CivilDate(daysSince1970: number)
        // The day that Samoa left out has no start.
        if zone.name == "Pacific/Apia", day.text == "2011-12-30" { continue }
        let start = calendar.start(of: day)
        #expect(calendar.day(of: start) == day)
        #expect(calendar.day(of: Timestamp(nanoseconds: start.nanoseconds - 1)) < day)
      }
    }
  }
}
