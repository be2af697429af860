import MailLog
import Platform
import TestSupport
import Testing

@testable import Alerts

/// What a sink was never told of an alert that fires, over restarts.
struct GivenUpTests {
  private let storage = KeptChanges()
  private let refusal = AlertSinkError("HTTP 400", isRecoverable: false)

  /// Has refused one alert, and the program has ended.
  init() {
    let sink = RecordingSink()
    sink.record.fail(refusal)
    let outbox = AlertOutbox.made([sink], storage)
    outbox.take([.fired(.made("a"))])
    #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    outbox.stop()
  }

  /// Starts again; what `body` does is saved at the end.
  private func restart(
    _ sinks: [RecordingSink] = [RecordingSink()],
    _ body: (AlertOutbox) -> Void = { _ in }
  ) {
    let outbox = AlertOutbox.made(sinks, storage)
    body(outbox)
    outbox.stop()
  }

  @Test func `a sink that refused an alert has refused it after a start, too, and is not asked`() {
    let sink = RecordingSink()
    for _ in 0..<2 {
      restart([sink]) { outbox in
        #expect(outbox.progress.map(\.problem) == [refusal])
        #expect(outbox.progress.map(\.givenUp) == [1])
        #expect(outbox.progress.map(\.waiting) == [0])
      }
    }
    #expect(sink.record.tried == [])
  }

  @Test func `a sink that takes another alert is well, and the first was never told`() {
    restart { outbox in
      outbox.take([.fired(.made("b"))])
      #expect(becomes { outbox.progress.map(\.delivered) == [1] })
      #expect(outbox.progress.map(\.problem) == [nil])
    }
    restart { outbox in
      #expect(outbox.progress.map(\.problem) == [nil])
      #expect(outbox.progress.map(\.givenUp) == [1])
    }
  }

  @Test func `a trial that succeeds, and a refresh, show that a sink is well`() async {
    let outbox = AlertOutbox.made([RecordingSink()], storage)
    _ = await withCheckedContinuation { continuation in
      #expect(outbox.sendTrial(to: "recorder") { continuation.resume(returning: $0) })
    }
    #expect(outbox.progress.map(\.problem) == [nil])
    outbox.stop()
  }

  @Test func `a sink that is told again of what fires is well once it takes that`() {
    restart([RecordingSink(refreshInterval: .milliseconds(2))]) { outbox in
      #expect(becomes { outbox.progress.map(\.problem) == [nil] })
    }
  }

  @Test func `it is over with the alert, and with a verdict`() {
    let said = AlertJudgement(.compromised, note: "", user: 0, time: Timestamp(seconds: 1))
    restart { outbox in
      _ = outbox.judge(said) { .made("a") }
      #expect(outbox.progress.map(\.problem) == [nil])
    }
    #expect(storage.loaded.givenUp == [])
    let sink = RecordingSink()
    sink.record.fail(refusal)
    restart([sink]) { outbox in
      outbox.take([.fired(.made("b"))])
      #expect(becomes { outbox.progress.map(\.givenUp) == [1] })
    }
    #expect(storage.loaded.givenUp.map(\.alert) == ["b"])
    restart([sink]) { outbox in
      outbox.take([.resolved(.made("b", over: true), replacedBy: nil)])
      #expect(becomes { outbox.progress.map(\.givenUp) == [2] })
    }
    #expect(storage.loaded.givenUp == [])
    #expect(storage.loaded.due == [])
  }

  @Test func `it is over with the sink`() {
    restart([RecordingSink("other")]) { outbox in
      #expect(outbox.progress.map(\.name) == ["other"])
    }
    #expect(storage.loaded.givenUp == [])
  }

  @Test func `a full disk keeps it as well, once it takes it`() {
    let sink = RecordingSink()
    sink.record.fail(refusal)
    storage.setFull(true)
    let outbox = AlertOutbox.made([sink], storage)
    outbox.take([.fired(.made("b"))])
    #expect(becomes { outbox.progress.map(\.givenUp) == [2] })
    storage.setFull(false)
    outbox.stop()
    #expect(storage.loaded.givenUp.map(\.alert).sorted() == ["a", "b"])
    #expect(storage.loaded.due == [])
  }
}
