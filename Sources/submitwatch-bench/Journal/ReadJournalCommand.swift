import ArgumentParser
import Glibc
import LogSources
import MailLog

/// Reads a journal to its end, in a process that does nothing else.
struct ReadJournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-journal",
    abstract: "Reads the mail entries of a journal, and prints how many there are.",
    shouldDisplay: false
  )

  @Flag(help: "By the bare loop.")
  var bare = false

  @Flag(help: "Count the entries, which takes long, else print 0.")
  var count = false

  @Argument(help: "The folder with the journal's files.", completion: .directory)
  var folder: String

  func run() throws {
    let count = count
    if bare {
      print(try BareJournalLoop.entryCount(in: folder))
      return
    }
    var settings = JournalSourceSettings()
    settings.directory = folder
    settings.identifiers = BareJournalLoop.identifiers
    let source = JournalSource(name: "journal", settings: settings)
    let stopping = StoppingThread(source)
    let counter = EntryCounter()
    try source.run(from: nil) { batch in if count { counter.add(batch) } }
    stopping.join()
    print(counter.count)
  }
}

/// Counts entries: each begins with its cursor.
///
/// Invariant that makes it safe: the source hands over one batch after the other, on its own thread.
private final class EntryCounter: @unchecked Sendable {
  private(set) var count = 0

  func add(_ batch: LineBatch) {
    let lines = batch.bytes.split(separator: UInt8(ascii: "\n"))
    count += lines.count { $0.elementsEqual("__CURSOR=".utf8) }
  }
}

/// Ends a source once it has read all that there is.
private struct StoppingThread {
  private let thread: pthread_t

  init(_ source: JournalSource) {
    var thread = pthread_t()
    let reference = unsafe Unmanaged.passRetained(source).toOpaque()
    unsafe pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let source = unsafe Unmanaged<JournalSource>.fromOpaque(argument).takeRetainedValue()
        while !source.state.isCaughtUp { usleep(2000) }
        source.stop()
        return nil
      },
      reference
    )
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }
}
