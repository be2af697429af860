import MailLog
import Platform
import TestSupport
import Testing

@testable import Alerts

/// In which order, and how long, what waits for a sink is tried.
struct DeliveryOrderTests {
  private let sink = RecordingSink()
  private let hang = AlertSinkError("no answer", isRecoverable: true)

  @Test func `no sink is told of the end of an alert before the alert`() {
    sink.record.hold(true)
    sink.record.refuse([hang, hang])
    let outbox = AlertOutbox.made([sink])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.tried == ["a"] })
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil), .fired(.made("b"))])
    #expect(becomes { outbox.progress.map(\.waiting) == [3] })
    sink.record.hold(false)
    #expect(becomes { sink.record.taken.count == 3 })
    outbox.stop()
    let told = sink.record.taken.filter { $0.hasPrefix("a") }
    #expect(told == ["a firing", "a resolved"])
  }

  @Test func `after a start, too, what is due is told in its order`() throws {
    let storage = KeptChanges()
    var change = OutboxChange()
    change.kept = (1...20).map { number in
      KeptAlert(.made("\(number)"), fired: 1_795_262_000_000 + number)
    }
    change.due = change.kept.map { kept in
      DueDelivery(sink: "recorder", alert: kept.alert.id, event: kept.fired)
    }
    try storage.save { change }
    let outbox = AlertOutbox.made([sink], storage)
    #expect(becomes { sink.record.taken.count == 20 })
    outbox.stop()
    #expect(sink.record.tried == (1...20).map { "\($0)" })
  }

  @Test func `a sink that asks to be left alone gets nothing until then, also nothing new`() {
    let forgetful = RecordingSink("forgetful", refreshInterval: .milliseconds(2))
    let busy = AlertSinkError("HTTP 429", isRecoverable: true, pause: .seconds(3600))
    for sink in [sink, forgetful] { sink.record.fail(busy) }
    let outbox = AlertOutbox.made([sink, forgetful])
    outbox.take(["a", "b", "c"].map { .fired(.made($0)) })
    #expect(becomes { outbox.progress.map(\.problem) == [busy, busy] })
    outbox.take([.fired(.made("d"))])
    #expect(becomes { outbox.progress.map(\.waiting) == [4, 4] })
    // A trial is asked for by people, and comes behind all that the lane has begun.
    for sink in [sink, forgetful] {
      sink.record.fail(nil)
      #expect(outbox.sendTrial(to: sink.name) { _ in })
      #expect(becomes { sink.record.tried.count == 2 })
    }
    let refreshed = forgetful.record.refreshed
    outbox.stop()
    #expect(sink.record.tried.first == "a")
    #expect(forgetful.record.refreshed == refreshed)
    #expect(outbox.progress.map(\.waiting) == [4, 4])
  }

  @Test func `what nobody is to be told of is done with, and says nothing of the sink`() {
    let (storage, notes) = (KeptChanges(), Locked<[AlertOutbox.Note]>([]))
    sink.record.refuse([hang])
    let outbox = AlertOutbox.made([sink], storage) {
      // Long: the first is not tried again.
      ($0.backOff.first, $0.backOff.longest) = (.seconds(3600), .seconds(3600))
    } note: { note in
      notes.withLock { $0.append(note) }
    }
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.problem) == [hang] })
    sink.record.skip("b")
    outbox.take([.fired(.made("b"))])
    #expect(becomes { sink.record.tried == ["a", "b"] })
    #expect(becomes { outbox.progress.map(\.waiting) == [1] })
    outbox.stop()
    #expect(outbox.progress.map(\.problem) == [hang])
    #expect(outbox.progress.map(\.delivered) == [0])
    #expect(notes.withLock { $0 } == [.failed(sink: "recorder", hang)])
    #expect(storage.loaded.due.map(\.alert) == ["a"])
  }

  @Test func `a sink that asks to be left alone for a while gets everything behind it`() {
    sink.record.refuse([
      AlertSinkError("HTTP 503", isRecoverable: true, pause: .milliseconds(20))
    ])
    let outbox = AlertOutbox.made([sink])
    outbox.take([.fired(.made("a")), .fired(.made("b"))])
    #expect(becomes { sink.record.taken.count == 2 })
    outbox.stop()
    #expect(sink.record.tried.count == 3)
  }

  @Test func `what a wrong clock has numbered is neither given up at once nor tried for ever`() {
    let clock = Locked(Timestamp(seconds: 1_795_262_000))
    sink.record.refuse([hang])
    let outbox = AlertOutbox.made([sink]) { $0.now = { clock.withLock { $0 } } }
    sink.record.hold(true)
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.tried == ["a"] })
    clock.withLock { $0 = Timestamp(seconds: 1_895_262_000) }
    sink.record.hold(false)
    #expect(becomes { sink.record.taken == ["a firing"] })
    outbox.stop()
    let ahead = RecordingSink()
    ahead.record.fail(hang)
    let second = AlertOutbox.made([ahead]) { options in
      options.now = { clock.withLock { $0 } }
      options.giveUpAfter = .milliseconds(20)
    }
    second.take([.fired(.made("b"))])
    #expect(becomes { !ahead.record.tried.isEmpty })
    clock.withLock { $0 = Timestamp(seconds: 1_795_262_000) }
    #expect(becomes { second.progress.map(\.givenUp) == [1] })
    second.stop()
  }

  @Test func `what was due for long is tried again after a start`() throws {
    let storage = KeptChanges()
    var change = OutboxChange()
    change.kept = [KeptAlert(.made("a"), fired: 17)]
    change.due = [DueDelivery(sink: "recorder", alert: "a", event: 17)]
    try storage.save { change }
    sink.record.refuse([hang])
    let outbox = AlertOutbox.made([sink], storage)
    #expect(becomes { sink.record.taken == ["a firing"] })
    outbox.stop()
  }

  @Test func `a sink that forgets is told of an alert as it is by then`() {
    let forgetful = RecordingSink("forgetful", refreshInterval: .seconds(3600))
    forgetful.record.hold(true)
    forgetful.record.refuse([hang])
    let outbox = AlertOutbox.made([forgetful])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { forgetful.record.tried == ["a"] })
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil)])
    #expect(becomes { outbox.progress.map(\.waiting) == [2] })
    forgetful.record.hold(false)
    #expect(becomes { forgetful.record.taken.count == 2 })
    outbox.stop()
    #expect(forgetful.record.taken == ["a resolved", "a resolved"])
  }
}
