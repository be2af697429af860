import MailLog
import TestSupport
import Testing

@testable import Alerts

struct AlertBookTests {
  private let now = Timestamp(seconds: 1_795_262_400)

  @Test func `an alert is told when it fires and when it is over`() {
    var book = AlertBook()
    let fired = book.accept(.fired(.made("a")), now: now)
    #expect(fired.map(\.alert) == [.made("a")])
    let over = book.accept(.resolved(.made("a", over: true), replacedBy: nil), now: now)
    #expect(over.map(\.alert) == [.made("a", over: true)])
    #expect(over[0].number > fired[0].number)
    #expect(book.firing == [])
  }

  @Test func `what a log says again is told once`() {
    var book = AlertBook()
    _ = book.accept(.fired(.made("a")), now: now)
    #expect(book.accept(.fired(.made("a")), now: now) == [])
    _ = book.accept(.resolved(.made("a", over: true), replacedBy: nil), now: now)
    #expect(book.accept(.fired(.made("a")), now: now) == [])
    #expect(book.accept(.resolved(.made("a", over: true), replacedBy: nil), now: now) == [])
    #expect(book.alerts["a"]?.alert.state == .resolved)
  }

  @Test func `figures that change are no event, an alert that comes back is one`() {
    var book = AlertBook()
    var alert = Alert.made("a")
    _ = book.accept(.fired(alert), now: now)
    alert.count += 1
    #expect(book.accept(.refreshed(alert), now: now) == [])
    #expect(book.alerts["a"]?.alert.count == alert.count)
    let over = Alert.made("a", over: true)
    _ = book.accept(.resolved(over, replacedBy: nil), now: now)
    #expect(book.accept(.refreshed(alert), now: now) == [])
    alert.updated = Timestamp(seconds: (over.ended?.seconds ?? 0) + 1)
    #expect(book.accept(.refreshed(alert), now: now).map(\.alert) == [alert])
    #expect(book.firing.map(\.alert) == [alert])
  }

  @Test func `an alert that goes on under another id says so`() {
    var book = AlertBook()
    _ = book.accept(.fired(.made("a")), now: now)
    let events = book.accept(.resolved(.made("a", over: true), replacedBy: "b"), now: now)
    #expect(events.map(\.replacedBy) == ["b"])
    #expect(book.events(after: 0).map(\.replacedBy) == [nil, "b"])
  }

  @Test func `events are told from any of them on, and their numbers never come again`() {
    var book = AlertBook()
    var numbers: [UInt64] = []
    for id in ["a", "b", "c"] { numbers += book.accept(.fired(.made(id)), now: now).map(\.number) }
    numbers += book.accept(.resolved(.made("b", over: true), replacedBy: nil), now: now).map(
      \.number
    )
    #expect(book.events(after: 0).map(\.number) == numbers)
    #expect(book.events(after: numbers[1]).map(\.alert.id) == ["c", "b"])
    #expect(book.events(after: numbers[3]) == [])
    // A restart forgot the last event: its number is not used again all the same.
    var later = AlertBook(book.alerts.values.filter { $0.alert.id != "b" })
    let next = later.accept(.fired(.made("d")), now: Timestamp(seconds: now.seconds + 1))
    #expect(next[0].number > numbers[3])
  }

  @Test func `the oldest make room, those that fire last`() {
    var book = AlertBook(limit: 3)
    for id in ["a", "b", "c", "d"] { _ = book.accept(.fired(.made(id)), now: now) }
    _ = book.accept(.resolved(.made("b", over: true), replacedBy: nil), now: now)
    #expect(book.trim(before: Timestamp(seconds: 0)) == ["b"])
    _ = book.accept(.fired(.made("e")), now: now)
    #expect(book.trim(before: Timestamp(seconds: 0)) == ["a"])
  }

  @Test func `alerts are given up so many days after their end, never while they fire`() {
    var book = AlertBook()
    let over = Alert.made("a", over: true)
    let end = over.ended?.seconds ?? 0
    _ = book.accept(.fired(.made("a")), now: now)
    #expect(book.trim(before: Timestamp(seconds: end + 1)) == [])
    _ = book.accept(.resolved(over, replacedBy: nil), now: now)
    #expect(book.trim(before: Timestamp(seconds: end)) == [])
    #expect(book.trim(before: Timestamp(seconds: end + 1)) == ["a"])
  }

  @Test func `the last verdict counts`() {
    var book = AlertBook()
    _ = book.accept(.fired(.made("a")), now: now)
    let judgement = AlertJudgement(.compromised, note: "phished", user: 7, time: now)
    #expect(book.judge(.made("a"), judgement).judgement == judgement)
    _ = book.accept(.resolved(.made("a", over: true), replacedBy: nil), now: now)
    #expect(book.alerts["a"]?.judgement == judgement)
    // What an old log told of was never told anybody.
    #expect(book.judge(.made("b", over: true), judgement).events == [])
    #expect(book.events(after: 0).map(\.alert.id) == ["a", "a"])
  }
}
