import MailLog
import Testing

@testable import HTTPAPI

/// Days and times in questions.
struct InstantTests {
  /// Chile's clocks: 3 hours behind UTC from midnight on, which is then 1 o'clock.
  private static let santiago = ZoneRules(
    name: "America/Santiago",
    transitions: [1_788_667_200],
    offsets: [-14400, -10800]
  )

  @Test(arguments: [
    ("2026-09-05", "2026-09-05T04:00:00Z"),
    // There is no midnight.
    ("2026-09-06", "2026-09-06T04:00:00Z"), ("2026-09-07", "2026-09-07T03:00:00Z"),
  ])
  func `a day begins where it does in the zone`(day: String, instant: String) {
    #expect(Parameter.instant(day, Self.santiago) == Parameter.instant(instant, .utc))
  }

  @Test(arguments: ["2262-04-12", "9999-12-31", "9999-12-31T23:59:59Z"])
  func `what is later than all instants is the latest`(text: String) {
    #expect(Parameter.instant(text, .utc) == Timestamp(nanoseconds: .max))
  }

  @Test(arguments: ["2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "1969-12-31", "2026-02-29", ""])
  func `anything else is none`(text: String) {
    #expect(Parameter.instant(text, .utc) == nil)
  }
}
