import Alerts
import MailLog
import Platform
import Settings

/// Where the outbox of reports keeps what outlives the program.
protocol ReportStorage: Sendable {
  /// Saves all of it or nothing; may block.
  func save(_ change: ReportChange) throws
}

/// Reports by e-mail, from the moment on that they are due until each recipient's is sent.
///
/// What is due is saved before it is sent, together with the day on which its schedule made it so:
/// no period is reported twice, whatever happens to the program. Only a mail whose taking could not
/// be saved any more is sent once more, under the same Message-ID.
final class ReportOutbox: Sendable {
  struct Options: Sendable {
    var delivery = DeliveryOptions(limit: .max)
    /// The most mails that wait.
    var limit = 1000
    /// The wall clock.
    var now: @Sendable () -> Timestamp = { .now }
  }

  /// What people should know.
  enum Note: Sendable, Equatable {
    /// With what the mail server said.
    case sent(DueReport, String)
    /// It waits; told of the first one only, until one is sent.
    case failed(DueReport, String)
    case refused(DueReport, String)
    case givenUp(DueReport, String)
    case missed(ReportBook.Missed)
    /// Told once, until it changes.
    case notSaved(String)
  }

  /// Too many wait.
  struct Full: Error {}

  private struct State: Sendable {
    var book: ReportBook
    /// Waits until the logs are read; nil: they are.
    var early: [DueReport]?
    /// What is done with, and not saved as such.
    var done: [UInt64] = []
    var isFailing = false
    var problem: String?
  }

  private let storage: any ReportStorage
  private let options: Options
  private let note: @Sendable (Note) -> Void
  private let state: Locked<State>
  private let lane = Locked<DeliveryLane<DueReport>?>(nil)

  /// - Parameters:
  ///   - schedules: what is sent by itself.
  ///   - zone: of the days and of their clock.
  ///   - loaded: what was saved.
  ///   - storage: where changes are saved.
  ///   - options: limits and clock.
  ///   - send: makes a mail and hands it to the mail server; may block.
  ///   - note: called when people should know something, from any thread.
  init(
    _ schedules: [ScheduledReport],
    in zone: ZoneRules,
    _ loaded: ReportChange,
    _ storage: any ReportStorage,
    _ options: Options = Options(),
    send: @escaping @Sendable (DueReport) throws(AlertSinkError) -> DeliveryReply,
    note: @escaping @Sendable (Note) -> Void
  ) {
    self.storage = storage
    self.options = options
    self.note = note
    let book = ReportBook(schedules, in: zone, loaded)
    state = Locked(State(book: book, early: loaded.due))
    let lane = DeliveryLane("reports", options.delivery, now: options.now, deliver: send) {
      [weak self] report, outcome in self?.settle(report, outcome)
    }
    self.lane.withLock { $0 = lane }
  }

  /// How many mails wait, and what keeps them from being taken.
  var progress: (waiting: Int, problem: String?) {
    let (waiting, problem) = lane.withLock { $0 }?.progress ?? (0, nil)
    return (waiting, waiting > 0 ? problem?.description : nil)
  }

  /// Takes a report to send to some; it is saved when this returns.
  ///
  /// - Throws: `Full`, or why it cannot be saved; then nobody gets it.
  func add(
    to recipients: [String],
    _ days: ClosedRange<CivilDate>,
    domain: String?,
    language: String
  ) throws {
    try state.withLock { state in
      let waiting = progress.waiting + (state.early?.count ?? 0)
      guard waiting + recipients.count <= options.limit else { throw Full() }
      var change = ReportChange()
      change.due = state.book.reports(
        to: recipients,
        days,
        domain: domain,
        language: language,
        at: options.now()
      )
      try storage.save(change)
      send(change.due, &state)
    }
  }

  /// Sends what is due at a time; to be called again and again, once the logs are read.
  func look(at time: Timestamp) {
    let missed = state.withLock { state -> [ReportBook.Missed] in
      let early = state.early ?? []
      state.early = nil
      send(early, &state)
      let (change, missed) = state.book.due(at: time)
      guard save(change, &state) else { return [] }
      state.book.accept(change)
      send(change.due, &state)
      return missed
    }
    for missed in missed { note(.missed(missed)) }
  }

  /// Ends; what is due stays so for the next start.
  func stop() {
    lane.withLock { $0 }?.stop()
    state.withLock { _ = save(ReportChange(), &$0) }
  }

  private func send(_ reports: [DueReport], _ state: inout State) {
    guard state.early == nil else {
      state.early?.append(contentsOf: reports)
      return
    }
    guard let lane = lane.withLock({ $0 }) else { return }
    for report in reports { lane.add(report) }
  }

  private func settle(_ report: DueReport, _ outcome: DeliveryOutcome) {
    let noted = state.withLock { state -> Note? in
      switch outcome {
      case .notDue:
        state.done.append(report.number)
        return nil
      case .failed(let error):
        defer { state.isFailing = true }
        return state.isFailing ? nil : .failed(report, error.description)
      case .delivered(let reply):
        state.isFailing = false
        return finish(report, .sent(report, reply.text), &state)
      case .givenUp(let error):
        let isRefused = !error.isRecoverable
        let (report, text) = (report, error.description)
        return finish(report, isRefused ? .refused(report, text) : .givenUp(report, text), &state)
      }
    }
    if let noted { note(noted) }
  }

  private func finish(_ report: DueReport, _ note: Note, _ state: inout State) -> Note {
    state.done.append(report.number)
    // If that fails, it goes with the next change.
    _ = save(ReportChange(), &state)
    return note
  }

  /// Saves a change with all that is done; whether that worked.
  private func save(_ change: ReportChange, _ state: inout State) -> Bool {
    var change = change
    change.done += state.done
    guard !change.isEmpty else { return true }
    do {
      try storage.save(change)
      state.done = []
      state.problem = nil
      return true
    } catch {
      let isNew = state.problem != "\(error)"
      state.problem = "\(error)"
      if isNew { note(.notSaved("\(error)")) }
      return false
    }
  }
}

extension DueReport: Deliverable {}
