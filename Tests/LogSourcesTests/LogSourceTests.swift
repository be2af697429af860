import LogSources
import MailLog
import Platform
import Testing

struct LogSourceTests {
  @Test func `a source tells the logs of hundreds of others without comparing all names`() {
    let names = (0..<500).map { "log \($0)" } + ["log 7:x", "log 7:x:y"]
    let source = CountedSource("log 7")
    let own = names + ["log 7:a", "log 7:x:b"]
    #expect(own.filter { source.bears($0, among: names) } == ["log 7", "log 7:a"])
    // Who compares asks for the source's name: all with all would be 250,000 times.
    #expect(source.asked < 5000)
  }
}

/// Counts how often it is asked for its name.
private final class CountedSource: LogSource {
  private let ownName: String
  private let count = Locked(0)

  init(_ name: String) { ownName = name }

  var name: String {
    count.withLock { $0 += 1 }
    return ownName
  }

  var asked: Int { count.withLock { $0 } }
  var state: SourceState { SourceState() }

  func run(
    from positions: [String: SourcePosition],
    into sink: @Sendable (LineBatch) throws -> Void
  ) {}

  func stop() {}
}
