import MailLog
import TestSupport
import Testing

@testable import Alerts

/// What a sink hears of what people say of an alert.
struct JudgedAlertTests {
  @Test func `the end that a verdict makes is told together with it`() {
    let (sink, storage) = (RecordingSink(), KeptChanges())
    let outbox = AlertOutbox.made([sink], storage)
    outbox.take([.fired(.made("a"))])
    #expect(becomes { sink.record.taken == ["a firing"] })
    let said = AlertJudgement(.legitimate, note: "", user: 0, time: Timestamp(seconds: 1))
    let over = Alert.made("a", over: true)
    let kept = outbox.judge(said) {
      outbox.take([.resolved(over, replacedBy: nil)])
      return over
    }
    #expect(kept?.alert.state == .resolved)
    #expect(becomes { sink.record.taken == ["a firing", "a resolved"] })
    #expect(sink.record.judgements == [nil, said])
    #expect(outbox.judge(said) { nil } == nil)
    outbox.stop()
    #expect(storage.loaded.kept.map(\.judgement) == [said])
  }
}
