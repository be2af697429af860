/// The process IDs of Postfix's daemons.
///
/// Like master(8) it hands the next client to a process that has become free, ends a process after
/// 100 clients or 100 idle seconds, and starts another; IDs come round after 32,768.
struct ProcessTable {
  struct Process {
    let program: Program
    let id: Int
    fileprivate var clientCount = 0
    fileprivate var freeSince: Int64 = 0
  }

  enum Program: Int, CaseIterable {
    case submission, submissions, smtpd, cleanup, smtp, lmtp, local, bounce, pickup

    /// The program's name as in the log, after `postfix/`.
    var name: String {
      switch self {
      case .submission: "submission/smtpd"
      case .submissions: "submissions/smtpd"
      case .smtpd: "smtpd"
      case .cleanup: "cleanup"
      case .smtp: "smtp"
      case .lmtp: "lmtp"
      case .local: "local"
      case .bounce: "bounce"
      case .pickup: "pickup"
      }
    }
  }

  /// The one queue manager.
  static let queueManager = 911

  private static let firstID = 1000
  private static let endOfIDs = 32_768
  private var isInUse = [Bool](repeating: false, count: endOfIDs)
  private var lastID = firstID
  private var idle = [[Process]](repeating: [], count: Program.allCases.count)

  mutating func take(_ program: Program, at time: Int64, _ random: inout SplitMix64) -> Process {
    // The process that became free last is on top: if it has waited too long, all have.
    if let last = idle[program.rawValue].last, time - last.freeSince > 100_000_000 {
      for process in idle[program.rawValue] {
        isInUse[process.id] = false
      }
      idle[program.rawValue].removeAll(keepingCapacity: true)
    }
    return idle[program.rawValue].popLast() ?? start(program, &random)
  }

  mutating func giveBack(_ process: Process, at time: Int64) {
    guard process.clientCount < 100 else {
      isInUse[process.id] = false
      return
    }
    var process = process
    process.clientCount += 1
    process.freeSince = time
    idle[process.program.rawValue].append(process)
  }

  private mutating func start(_ program: Program, _ random: inout SplitMix64) -> Process {
    // The rest of the system starts processes too.
    lastID += random.within(1...9)
    while true {
      if lastID >= Self.endOfIDs {
        lastID = Self.firstID + random.below(9)
      }
      guard isInUse[lastID] else { break }
      lastID += 1
    }
    isInUse[lastID] = true
    return Process(program: program, id: lastID)
  }
}
