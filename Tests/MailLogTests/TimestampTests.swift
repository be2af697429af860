import Glibc
import MailLog
import TestSupport
import Testing

struct TimestampTests {
  /// What the C library makes of an instant in UTC.
  private func reference(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = unsafe tm()
    unsafe gmtime_r(&time, &parts)
    let date = unsafe [Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = unsafe [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    let year = unsafe digits(Int(parts.tm_year) + 1900, 4)
    return ([year] + date.map { digits($0, 2) }).joined(separator: "-") + "T"
      + clock.map { digits($0, 2) }.joined(separator: ":")
  }

  @Test func `seconds are rounded towards the past`() {
    for (nanoseconds, seconds) in [
      (0, 0), (1, 0), (999_999_999, 0), (1_000_000_000, 1), (-1, -1), (-999_999_999, -1),
      (-1_000_000_000, -1), (-1_000_000_001, -2), (Int64.max, 9_223_372_036),
      (Int64.min, -9_223_372_037),
    ] {
      #expect(Timestamp(nanoseconds: nanoseconds).seconds == seconds, "\(nanoseconds)")
    }
    #expect(Timestamp(seconds: -5).nanoseconds == -5_000_000_000)
  }

  @Test func `text is that of the C library, with any zone and fraction`() {
    var numbers = SeededNumbers(1)
    for _ in 0..<3000 {
      let nanoseconds = Int64.random(in: (.min / 2)...(.max / 2), using: &numbers)
      let time = Timestamp(nanoseconds: nanoseconds)
      #expect(time.text(offsetMinutes: LogStamp.utcMarker) == reference(time.seconds) + "Z")
      let minutes = Int16.random(in: -1439...1439, using: &numbers)
      let local = reference(time.seconds + Int64(minutes) * 60)
      let fraction = digits(Int(nanoseconds - time.seconds * 1_000_000_000), 9)
      let count = UInt8.random(in: 0...9, using: &numbers)
      let shown = count == 0 ? "" : "." + fraction.prefix(Int(count))
      let magnitude = Int(abs(minutes))
      let zone =
        (minutes < 0 ? "-" : "+") + digits(magnitude / 60, 2) + ":" + digits(magnitude % 60, 2)
      #expect(time.text(offsetMinutes: minutes, fractionDigits: count) == local + shown + zone)
    }
  }

  @Test func `an instant is shown as its line stamped it`() {
    let berlin = ZoneRules(name: "test", transitions: [1_000], offsets: [3600, 7200])
    let time = Timestamp(nanoseconds: 999_123_456_789)
    let absolute = LogStamp(value: 0, form: .absolute, offsetMinutes: -150, fractionDigits: 3)
    #expect(time.text(like: absolute, zone: berlin) == "1969-12-31T21:46:39.123-02:30")
    let yearless = LogStamp(value: 0, form: .yearless)
    #expect(time.text(like: yearless, zone: berlin) == "1970-01-01T01:16:39+01:00")
    let later = Timestamp(seconds: 1000)
    let local = LogStamp(value: 0, form: .local, fractionDigits: 1)
    #expect(later.text(like: local, zone: berlin) == "1970-01-01T02:16:40.0+02:00")
  }

  @Test func `a clock that goes back gives a negative distance`() {
    #expect(Timestamp(seconds: 1).since(Timestamp(seconds: 3)) == -2_000_000_000)
    #expect(Timestamp(seconds: 1) < Timestamp(seconds: 3))
  }
}

struct DurationTests {
  @Test func `a duration is told in nanoseconds, as many as fit`() {
    #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
    #expect(Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).nanoseconds == 1)
    #expect(Duration.milliseconds(-1500).nanoseconds == -1_500_000_000)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    #expect(Duration.seconds(Int64.min).nanoseconds == .min)
    #expect(Duration.nanoseconds(Int64.max).nanoseconds == .max)
    #expect((Duration.nanoseconds(Int64.max) + .nanoseconds(1)).nanoseconds == .max)
  }
}
