import MailLog
import Testing

@testable import Ingest

struct EdgeKeysTests {
  @Test func `a stamp far ahead does not keep all that comes behind it`() {
    var keys = EdgeKeys()
    var track = CoverageTrack()
    let host = HostKey(hash: 1)
    for number in 0..<20_000 {
      let seconds = number == 5 ? Int64(4_000_000_000) : 1_795_000_000 + Int64(number)
      let time = Timestamp(seconds: seconds)
      track.note(time, of: host)
      keys.addRecent(
        UInt64(number),
        EdgeKeys.Entry(time: time, began: time, logger: host),
        &track
      )
    }
    // Two minutes at each edge: of the log so far, and around the stamp.
    #expect(keys.entries.count < 1000)
  }
}
