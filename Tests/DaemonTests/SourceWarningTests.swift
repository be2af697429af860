import Reports
import Testing

@testable import Daemon
@testable import LogSources

/// What the status says of sources.
struct SourceWarningTests {
  @Test(arguments: [(SourceGap.Reason.vacuumed, true), (.fileGone, false), (.truncated, false)])
  func `the remedy for lost lines is for what lost them`(
    reason: SourceGap.Reason,
    isJournal: Bool
  ) throws {
    let source = FileSource(name: "mail", settings: FileSourceSettings(path: "/nowhere"))
    var state = SourceState()
    state.add(SourceGap(reason, at: "here"))
    let warning = try #require(StatusWarning.all(of: source, state).first)
    #expect(warning.code == .gap)
    #expect(warning.remedy.contains("SystemMaxUse= in journald.conf(5)") == isJournal)
    #expect(warning.remedy.contains("logrotate") == !isJournal)
  }
}
