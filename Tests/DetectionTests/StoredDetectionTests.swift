import MailLog
import TestSupport
import Testing

@testable import Detection

/// What is stored of a detector, byte by byte.
struct StoredDetectionTests {
  @Test func `what belongs to no account keeps its form`() {
    var feed = Feed()
    for number in 0..<200 {
      let time = Feed.time(day: number / 100, Double(number))
      let client = UInt32(number % 5) << 8
      feed.send("alice", from: client, at: time, line: "line \(number)\n")
      feed.fail("eve\(number % 3)", from: client, at: time)
      feed.reject("bob", at: time)
    }
    #expect(!feed.fired.isEmpty)
    #expect(StoredForm(feed.detector.packedState) == StoredForm(500, 0xcef9_f206_9ace_5d5c))
  }

  @Test func `the states of accounts keep their form`() {
    var counts = SlidingCounts()
    for window in 0..<3 {
      counts.windows[window] = SlidingCount(
        current: UInt32(window),
        previous: 300,
        peak: 1.5,
        record: Float(window)
      )
    }
    var state = AccountState(last: -3, packed: 0x2100_0000)
    (state.all, state.new) = (counts, counts)
    state.networks.places[1] = KnownNetworks.Network(hash: .max, firstDay: 200, lastHour: 2)
    var rejections = RejectionState(at: Moment(nanoseconds: 5))
    rejections.counts = counts
    var rhythm = HourlyRhythm(hour: 70_000)
    (rhythm.age, rhythm.sum, rhythm.count) = (300, 0.25, 9)
    rhythm.observations[3] = 200
    rhythm.means[3] = 1000
    var packed = PackedWriter()
    state.write(to: &packed)
    rejections.write(to: &packed)
    rhythm.write(to: &packed)
    #expect(StoredForm(packed.bytes) == StoredForm(189, 0x0950_25a6_1131_904f))
  }

  @Test func `an alert keeps its form`() throws {
    let forms = [
      (false, StoredForm(323, 0x4aba_e48d_0afe_6aeb)),
      (true, StoredForm(346, 0x6837_5f24_1b48_9b47)),
    ]
    for (isOver, form) in forms {
      var alert = Alert.made("alice", over: isOver)
      (alert.unit, alert.sentLimit) = (.messages, isOver ? 200 : nil)
      alert.verdict = isOver ? .compromised : nil
      let record = AlertRecord(
        alert: alert,
        account: 300,
        group: .cap,
        isSilent: isOver,
        refreshed: Timestamp(nanoseconds: -1),
        without: [1, 2],
        whole: [0.5],
        version: 0
      )
      var packed = PackedWriter()
      record.write(to: &packed)
      #expect(StoredForm(packed.bytes) == form)
      // Of which there was only one once.
      let unit = isOver ? 3 : 2
      for (count, expected) in [(0, alert.unit), (unit, .recipients)] {
        var reader = PackedReader(packed.bytes.dropLast(count), nameCount: 301)
        let read = try #require(AlertRecord(&reader))
        #expect(read.alert.unit == expected)
        #expect(read.alert.clients == alert.clients)
      }
    }
  }
}
