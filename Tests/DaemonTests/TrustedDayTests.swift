import MailLog
import Testing

@testable import Daemon

struct TrustedDayTests {
  private let today = CivilDate(daysSince1970: 20_778)
  private let start = ContinuousClock.now

  private func after(seconds: Int64) -> ContinuousClock.Instant {
    start.advanced(by: .seconds(seconds))
  }

  private func expect(
    _ day: inout TrustedDay,
    _ isBelieved: Bool,
    _ today: CivilDate,
    at now: ContinuousClock.Instant
  ) {
    let result = day.believes(today, at: now)
    #expect(result == isBelieved, "\(today.text)")
  }

  @Test func `days pass, and a clock may be set back`() {
    var day = TrustedDay(last: today)
    for step in [0, 1, 3, 2, -40, -39] {
      expect(&day, true, today.advanced(by: step), at: start)
    }
  }

  @Test func `a clock that jumps is not believed, and forgotten when it is set right`() {
    var day = TrustedDay(last: today)
    let wrong = today.advanced(by: 200)
    expect(&day, false, wrong, at: start)
    expect(&day, false, wrong, at: after(seconds: 3599))
    expect(&day, true, today, at: after(seconds: 3600))
    #expect(!day.isDoubted)
    expect(&day, false, wrong, at: after(seconds: 7200))
  }

  @Test func `after an hour it is believed, be it midnight meanwhile`() {
    var day = TrustedDay(last: today)
    let later = today.advanced(by: 14)
    expect(&day, false, later, at: start)
    expect(&day, false, later.advanced(by: 1), at: after(seconds: 3000))
    expect(&day, true, later.advanced(by: 1), at: after(seconds: 3600))
    expect(&day, true, later.advanced(by: 2), at: after(seconds: 3601))
  }

  @Test func `each jump to another day begins the hour anew`() {
    var day = TrustedDay(last: today)
    expect(&day, false, today.advanced(by: 200), at: start)
    expect(&day, false, today.advanced(by: 300), at: after(seconds: 3600))
    expect(&day, false, today.advanced(by: 300), at: after(seconds: 7199))
    expect(&day, true, today.advanced(by: 300), at: after(seconds: 7200))
  }

  @Test func `a clock that was behind is set right without doubt`() {
    var day = TrustedDay(last: today)
    expect(&day, true, today.advanced(by: -40), at: start)
    expect(&day, true, today, at: after(seconds: 60))
    expect(&day, true, today.advanced(by: -40), at: after(seconds: 120))
    expect(&day, true, today.advanced(by: -40), at: after(seconds: 3720))
    expect(&day, false, today, at: after(seconds: 3780))
  }

  @Test func `where nothing is kept the clock is believed`() {
    var day = TrustedDay(last: nil)
    expect(&day, true, today, at: start)
  }
}
