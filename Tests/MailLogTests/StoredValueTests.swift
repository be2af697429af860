import MailLog
import Testing

/// Values that come back from where they were stored.
struct StoredValueTests {
  private func reader(_ number: UInt64) -> PackedReader {
    var packed = PackedWriter()
    packed.append(number)
    return PackedReader(packed.bytes)
  }

  private func reader(signed number: Int64) -> PackedReader {
    var packed = PackedWriter()
    packed.append(signed: number)
    return PackedReader(packed.bytes)
  }

  private static let edges: [Int64] = [.min, .min + 1, -(1 << 62), .max - 1, .max]

  @Test(arguments: edges) func `no time and no day is at the edge of its type`(number: Int64) {
    var times = Array(repeating: reader(signed: number), count: 4)
    #expect(times[0].time() == nil)
    #expect(times[1].day() == nil)
    #expect(times[2].time(inUnitsOf: 60_000_000_000) == nil)
    #expect(times[3].timeOrEarliest()?.nanoseconds == (number == .min ? .min : nil))
    #expect(CivilDate(stored: number) == nil)
    #expect(Timestamp(stored: number) == nil)
  }

  @Test func `the times of all stamps can be stored, and what is reckoned from them`() throws {
    let days = (try #require(CivilDate("1969-01-01")), try #require(CivilDate("2200-12-31")))
    for day in [days.0, days.1] {
      let time = Timestamp(seconds: Int64(day.daysSince1970) * 86_400)
      var (times, dates) = (reader(signed: time.nanoseconds), reader(signed: time.seconds / 86_400))
      #expect(times.time() == time)
      #expect(dates.day() == day)
      #expect(Timestamp.isStorable(time.seconds / 60, inUnitsOf: 60_000_000_000))
    }
  }

  @Test func `the distance of any two of them can be told`() throws {
    let (first, last) = (-3653 * 86_400, 84_371 * 86_400 - 1)
    let earliest = try #require(Timestamp(stored: Int64(first) * 1_000_000_000))
    let latest = try #require(Timestamp(stored: Int64(last) * 1_000_000_000))
    #expect(Timestamp(stored: earliest.nanoseconds - 1) == nil)
    #expect(latest.since(earliest) == Int64(last - first) * 1_000_000_000)
  }

  @Test func `no count is so large that sums of counts could be too large`() {
    var readers = [1 << 48, 1 << 48 + 1, UInt64.max].map { reader($0) }
    #expect(readers[0].count() == 1 << 48)
    #expect(readers[1].count() == nil)
    #expect(readers[2].count() == nil)
  }

  @Test func `no number is none`() {
    for number in [Float.nan, .infinity, -1] {
      var packed = PackedWriter()
      packed.append(bitsOf: number)
      var reader = PackedReader(packed.bytes)
      #expect(reader.float() == nil)
    }
    for number in [Double.nan, -.infinity] {
      var reader = reader(number.bitPattern)
      #expect(reader.double() == nil)
    }
  }

  @Test func `stamps that no line has are refused`() {
    let stamps = [
      LogStamp(value: .min, form: .absolute), LogStamp(value: .max, form: .local),
      LogStamp(value: -1, form: .yearless), LogStamp(value: 0, form: .local, offsetMinutes: 9999),
      LogStamp(value: 0, form: .absolute, fractionDigits: 10),
    ]
    #expect(stamps.allSatisfy { !$0.isPossible })
    let utc = LogStamp(value: 0, form: .absolute, offsetMinutes: LogStamp.utcMarker)
    #expect(utc.isPossible)
  }

  @Test(arguments: edges.dropFirst())
  func `a log whose last instant cannot be right is refused`(instant: Int64) {
    var packed = PackedWriter()
    for number in [2026, 2026, 0, instant] { packed.append(signed: number) }
    var resolver = StampResolver(zone: .utc, reference: Timestamp(seconds: 0), isLive: true)
    var reader = PackedReader(packed.bytes)
    let isRestored = resolver.restore(&reader)
    #expect(!isRestored)
  }
}
