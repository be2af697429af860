import MailLog
import Platform
import TestSupport
import Testing

@testable import Alerts

struct AlertOutboxTests {
  private let storage = KeptChanges()
  private let sink = RecordingSink()
  private let notes = Locked<[AlertOutbox.Note]>([])
  private let hang = AlertSinkError("no answer", isRecoverable: true)

  /// An outbox whose pauses are short.
  private func outbox(
    _ sinks: [RecordingSink]? = nil,
    _ change: (inout AlertOutbox.Options) -> Void = { _ in }
  ) -> AlertOutbox {
    .made(sinks ?? [sink], storage, change) { [notes] note in notes.withLock { $0.append(note) } }
  }

  @Test func `a sink is told of an alert and of its end, and both are saved as told`() {
    let outbox = outbox()
    outbox.take([.fired(.made("a")), .fired(.made("b"))])
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil)])
    #expect(becomes { sink.record.taken == ["a firing", "b firing", "a resolved"] })
    outbox.stop()
    #expect(storage.loaded.due == [])
    #expect(storage.loaded.kept.count == 2)
    #expect(outbox.events(after: 0).map(\.alert.id) == ["a", "b", "a"])
  }

  @Test func `a sink that fails is tried again until it takes what is due`() {
    sink.record.refuse([hang, hang, hang])
    let outbox = outbox()
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.taken == ["a firing"] })
    #expect(sink.record.tried == ["a", "a", "a", "a"])
    outbox.stop()
    #expect(
      notes.withLock { $0 } == [
        .failed(sink: "recorder", hang), .recovered(sink: "recorder"),
      ]
    )
  }

  @Test func `what was due at the end is told after the next start, once`() {
    sink.record.fail(hang)
    let first = outbox()
    first.take([.fired(.made("a"))])
    #expect(becomes { !sink.record.tried.isEmpty })
    first.stop()
    #expect(storage.loaded.due.count == 1)
    sink.record.fail(nil)
    let second = outbox()
    #expect(becomes { sink.record.taken == ["a firing"] })
    // The log is read again.
    second.take([.fired(.made("a"))])
    second.stop()
    let third = outbox()
    third.stop()
    #expect(sink.record.taken == ["a firing"])
    #expect(storage.loaded.due == [])
  }

  @Test func `whom an alert was refused for is said, with the answer`() {
    sink.record.refuse(for: ["b@x"])
    let outbox = outbox()
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.taken == ["a firing"] })
    outbox.stop()
    let reply = DeliveryReply("taken", refused: ["b@x"])
    #expect(notes.withLock { $0 } == [.takenForSome(sink: "recorder", alert: "a", reply)])
    #expect(storage.loaded.due == [])
  }

  @Test func `what a sink refuses for good is given up and said`() {
    sink.record.refuse([AlertSinkError("HTTP 400", isRecoverable: false)])
    let outbox = outbox()
    outbox.take([.fired(.made("a")), .fired(.made("b"))])
    #expect(becomes { sink.record.taken == ["b firing"] })
    outbox.stop()
    #expect(
      notes.withLock { $0 }.first
        == .givenUp(sink: "recorder", alert: "a", reason: "HTTP 400")
    )
    #expect(outbox.progress.map(\.givenUp) == [1])
  }

  @Test func `a sink that takes nothing for too long is given up`() {
    sink.record.fail(hang)
    let outbox = outbox { $0.giveUpAfter = .milliseconds(20) }
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    outbox.stop()
    #expect(storage.loaded.due == [])
  }

  @Test func `what waits for a sink that is gone is given up and said`() {
    sink.record.fail(hang)
    let first = outbox()
    first.take([.fired(.made("a")), .fired(.made("b"))])
    #expect(becomes { storage.loaded.due.count == 2 })
    first.stop()
    notes.withLock { $0 = [] }
    let second = outbox([RecordingSink("renamed")])
    second.stop()
    let reason = "no sink has this name any more"
    let alerts = notes.withLock { notes in
      notes.compactMap { note in
        if case .givenUp("recorder", let alert, reason) = note { alert } else { nil }
      }
    }
    #expect(alerts.sorted() == ["a", "b"])
    #expect(second.progress.map(\.name) == ["renamed", "recorder"])
    #expect(second.progress.map(\.givenUp) == [0, 2])
    #expect(second.sinkNames == ["renamed"])
    #expect(storage.loaded.due == [])
  }

  @Test func `a sink that fails holds up no other`() {
    let other = RecordingSink("other")
    sink.record.fail(hang)
    let outbox = outbox([sink, other])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { other.record.taken == ["a firing"] })
    #expect(becomes { outbox.progress.map(\.waiting) == [1, 0] })
    outbox.stop()
    #expect(storage.loaded.due.map(\.sink) == ["recorder"])
  }

  @Test func `what waits for a sink is bounded, the oldest goes first`() {
    sink.record.fail(hang)
    let outbox = outbox { $0.waitingLimit = 3 }
    outbox.take((0..<10).map { .fired(.made("\($0)")) })
    #expect(becomes { outbox.progress.map(\.givenUp) == [7] })
    #expect(outbox.progress.map(\.waiting) == [3])
    outbox.stop()
    #expect(storage.loaded.due.map(\.alert).sorted() == ["7", "8", "9"])
  }

  @Test func `the oldest goes first also where a newer one fails last`() {
    sink.record.fail(hang)
    let outbox = outbox {
      $0.waitingLimit = 2
      // Long: the first is not tried again.
      ($0.backOff.first, $0.backOff.longest) = (.seconds(3600), .seconds(3600))
    }
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.problem) == [hang] })
    sink.record.hold(true)
    outbox.take([.fired(.made("b"))])
    #expect(becomes { sink.record.tried == ["a", "b"] })
    outbox.take([.fired(.made("c"))])
    #expect(becomes { outbox.progress.map(\.waiting) == [3] })
    sink.record.hold(false)
    #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    outbox.stop()
    #expect(storage.loaded.due.map(\.alert).sorted() == ["b", "c"])
    #expect(
      notes.withLock { $0.last }
        == .givenUp(sink: "recorder", alert: "a", reason: "too many wait")
    )
  }

  @Test func `what is being sent gives way to nothing`() {
    sink.record.hold(true)
    let outbox = outbox { $0.waitingLimit = 1 }
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.tried == ["a"] })
    outbox.take([.fired(.made("b")), .fired(.made("c"))])
    #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    sink.record.hold(false)
    #expect(becomes { sink.record.taken == ["a firing", "c firing"] })
    outbox.stop()
    #expect(outbox.progress.map(\.delivered) == [2])
    #expect(outbox.progress.map(\.givenUp) == [1])
  }

  @Test func `a full disk holds no alert up, and what it did not take is saved later`() {
    storage.setFull(true)
    let outbox = outbox()
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.taken == ["a firing"] })
    #expect(becomes { notes.withLock { $0.count } == 1 })
    storage.setFull(false)
    #expect(becomes { notes.withLock { $0.last } == .savedAgain })
    outbox.stop()
    #expect(storage.loaded.kept.map(\.alert.id) == ["a"])
    #expect(storage.loaded.due == [])
  }

  @Test func `an alert that is judged as it was given up stays, also if that is saved late`() {
    storage.setFull(true)
    let outbox = outbox { $0.alertLimit = 1 }
    outbox.take([.fired(.made("a")), .resolved(.made("a", over: true), replacedBy: nil)])
    outbox.take([.fired(.made("b"))])
    #expect(becomes { outbox.alerts.keys.sorted() == ["b"] })
    let said = AlertJudgement(.compromised, note: "", user: 0, time: Timestamp(seconds: 1))
    _ = outbox.judge(said) { .made("a", over: true) }
    storage.setFull(false)
    #expect(becomes { storage.loaded.kept.map(\.alert.id).sorted() == ["a", "b"] })
    outbox.stop()
  }

  @Test func `a sink that forgets is told again of what fires`() {
    let forgetful = RecordingSink("forgetful", refreshInterval: .milliseconds(2))
    let outbox = outbox([forgetful])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { forgetful.record.refreshed > 2 })
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil)])
    #expect(becomes { forgetful.record.taken.count == 2 })
    outbox.stop()
  }

  @Test func `a sink that refuses to be told again has a problem until it takes something`() {
    let forgetful = RecordingSink("forgetful", refreshInterval: .milliseconds(2))
    forgetful.record.failRefresh(hang)
    let outbox = outbox([forgetful])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.problem) == [hang] })
    forgetful.record.failRefresh(nil)
    #expect(becomes { outbox.progress.map(\.problem) == [nil] })
    outbox.stop()
  }

  @Test func `between two alerts a sink is told again once, of what fires then, and tried`() {
    let (slow, other) = (
      RecordingSink("slow", refreshInterval: .milliseconds(2)),
      RecordingSink("other", refreshInterval: .milliseconds(2))
    )
    let outbox = outbox([slow, other])
    outbox.take([.fired(.made("a"))])
    #expect(becomes { slow.record.taken == ["a firing"] })
    slow.record.hold(true)
    outbox.take(["b", "c", "d"].map { .fired(.made($0)) })
    #expect(becomes { slow.record.order.last == "b" })
    let refreshed = other.record.refreshed
    #expect(becomes { other.record.refreshed > refreshed + 3 })
    outbox.take([.resolved(.made("a", over: true), replacedBy: nil)])
    #expect(becomes { other.record.taken.last == "a resolved" })
    #expect(outbox.sendTrial(to: "slow") { _ in })
    slow.record.hold(false)
    #expect(becomes { slow.record.taken.count == 6 })
    outbox.stop()
    var order = Array(slow.record.order.drop { $0 != "b" })
    order.removeAll { $0.hasPrefix("trial-") }
    #expect(order.prefix(3) == ["b", "again b c d", "c"])
    let trial = slow.record.tried.firstIndex { $0.hasPrefix("trial-") }
    #expect(trial == 2)
  }

  @Test func `a trial goes to one sink, and tells what came of it`() async {
    let outbox = outbox()
    let answer = await withCheckedContinuation { continuation in
      #expect(outbox.sendTrial(to: "recorder") { continuation.resume(returning: $0) })
    }
    #expect(answer == .success("taken"))
    #expect(!outbox.sendTrial(to: "nobody") { _ in })
    outbox.stop()
    #expect(outbox.events(after: 0) == [])
  }

  @Test func `the end waits for no sink that hangs, and its alert is told after the next start`() {
    sink.record.hold(true)
    let first = outbox { $0.stopLimit = .milliseconds(1) }
    first.take([.fired(.made("a"))])
    #expect(becomes { sink.record.tried == ["a"] })
    first.stop()
    #expect(storage.loaded.due.map(\.alert) == ["a"])
    let next = RecordingSink()
    let second = outbox([next])
    #expect(becomes { next.record.taken == ["a firing"] })
    // What the sink says of it now changes nothing.
    sink.record.hold(false)
    second.stop()
    #expect(storage.loaded.due == [])
  }
}
