/// Plays a mail server's days, and writes its log as it goes.
///
/// Sessions and messages are small state machines; the queue of events interleaves them by time.
struct LogGenerator: ~Copyable {
  struct Totals {
    let lineCount: Int
    let byteCount: Int
    let rowCount: Int
  }

  let population: Population
  var random: SplitMix64
  var log: LogWriter
  var truth = TruthTable()
  var events = EventQueue()
  var sessions = Slots<Session>()
  var messages = Slots<Message>()
  var processes = ProcessTable()
  var identifiers: QueueIDSource
  /// Microseconds since 1970.
  var now: Int64 = 0
  var calendar: ArrivalCalendar

  /// Writes the log to `path` and its truth beside it, both under their names only when whole.
  static func write(_ recipe: LogRecipe, to path: String) throws(BenchError) -> Totals {
    let truthPath = TruthTable.path(for: path)
    guard !SystemFile.exists(path) || SystemFile.exists(truthPath) else {
      throw BenchError(code: .truthMissing, subject: path)
    }
    let partialPath = "\(path).partial"
    var generator = try LogGenerator(recipe, path: partialPath)
    do {
      try generator.run()
      try SystemFile.move(partialPath, to: path)
    } catch {
      SystemFile.remove(partialPath)
      throw error
    }
    try SystemFile.write(generator.truth.csv, to: truthPath)
    return Totals(
      lineCount: generator.log.lineCount,
      byteCount: generator.log.byteCount,
      rowCount: generator.truth.rowCount
    )
  }

  private init(_ recipe: LogRecipe, path: String) throws(BenchError) {
    random = SplitMix64(seed: recipe.seed)
    population = Population(accountCount: recipe.accountCount, random: &random)
    identifiers = QueueIDSource(isShort: recipe.hasShortIDs)
    calendar = ArrivalCalendar(recipe)
    log = try LogWriter(path: path, format: recipe.format)
  }

  private mutating func run() throws(BenchError) {
    scheduleArrival()
    while let event = events.removeFirst(), event.time < calendar.end {
      now = event.time
      switch event.target {
      case .arrival: receiveClients()
      case .session(let index): try advance(session: index)
      case .message(let index): try advance(message: index)
      }
    }
    truth.closeDay(population)
    try log.finish()
  }

  private mutating func scheduleArrival() {
    guard let time = calendar.next(writtenByteCount: log.byteCount, &random) else { return }
    events.add(.arrival, at: time)
  }

  /// One client, or several that come together.
  private mutating func receiveClients() {
    let isFirst = calendar.isFirstOfDay
    scheduleArrival()
    let clientCount = random.happens(permille: 850) ? 1 : random.within(2...15)
    for client in 0..<clientCount {
      let time = now + (client == 0 ? 0 : random.delay(0...8000))
      if client == 0, isFirst {
        openSubmission(at: time, isPlain: true)
        continue
      }
      switch random.below(1000) {
      case ..<400: openSubmission(at: time, isPlain: false)
      case ..<420: openPasswordGuess(at: time)
      case ..<800: openDelivery(at: time)
      case ..<890: openRejected(at: time)
      case ..<988: openProbe(at: time)
      default: addLocalMessage(at: time)
      }
    }
  }
}
