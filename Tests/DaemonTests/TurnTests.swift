import Counters
import Ingest
import MailLog
import Testing

/// What becomes of days that are over.
struct TurnTests {
  private static let today = CivilDate(daysSince1970: 20_778)

  private let pipeline: IngestPipeline

  init() throws {
    let options = IngestPipeline.Options(zone: .utc) { _ in
      IngestPipeline.StampDefaults(zone: .utc)
    }
    pipeline = try IngestPipeline(options)
  }

  private func send(daysAgo: Int32, id: String) {
    let stamp = "\(Self.today.advanced(by: -Int(daysAgo)).text)T10:00:00.000000+00:00 mx1 postfix/"
    let lines = """
      \(stamp)submission/smtpd[7]: \(id): client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=a
      \(stamp)qmgr[9]: \(id): from=<a@example.org>, size=1000, nrcpt=1 (queue active)

      """
    let batch = LineBatch(source: "log", bytes: Array(lines.utf8), end: .journal(cursor: id))
    pipeline.take(batch, now: Timestamp(seconds: Int64(Self.today.daysSince1970) * 86_400))
  }

  /// The days that are not packed, in days ago.
  private var open: [Int32] {
    let days = pipeline.cut(at: Timestamp(seconds: 0)).counters.sets.flatMap { $0.open.keys }
    return days.map { Self.today.daysSince1970 - $0.daysSince1970 }.sorted()
  }

  @Test func `days that are not kept are given up, though a log with them is read only now`() {
    pipeline.turn(today: Self.today)
    for day in [100, 90, 89] as [Int32] { send(daysAgo: day, id: "4BB0\(day)A") }
    pipeline.turn(today: Self.today)
    #expect(pipeline.view(since: nil)?.counters.rowCount == 1)
  }

  @Test func `days that are not kept are not shown, though they are read behind the turn`() {
    pipeline.turn(today: Self.today)
    for day in [100, 90, 89] as [Int32] { send(daysAgo: day, id: "4BB0\(day)A") }
    let view = pipeline.view(since: nil)
    #expect(view?.counters.days == [Self.today.advanced(by: -89)])
    #expect(!pipeline.hasChanged(since: view?.generation))
  }

  @Test func `days that old lines open are packed at the next turn, though the day is the same`() {
    pipeline.turn(today: Self.today)
    for day in [30, 29, 2, 1, 0] as [Int32] { send(daysAgo: day, id: "4BB0\(day)A") }
    #expect(open == [0, 1, 2, 29, 30])
    pipeline.turn(today: Self.today)
    #expect(open == [0, 1])
    send(daysAgo: 29, id: "4BB1AB")
    #expect(open == [0, 1, 29])
    pipeline.turn(today: Self.today)
    #expect(open == [0, 1])
    #expect(pipeline.view(since: nil)?.counters.rowCount == 5)
    let generation = pipeline.cut(at: Timestamp(seconds: 0)).generation
    pipeline.turn(today: Self.today)
    #expect(!pipeline.hasChanged(since: generation))
  }
}
