import MailLog

/// The rows of one day that is being counted, found by account and sender.
///
/// 64 bytes a row, and 12 to 24 for the index.
struct DayCounters: Sendable {
  private(set) var content: DayRows
  private var index = HashIndex()
  /// By account: how many rows it has; only kept with limits.
  private var senderCounts: [UInt16] = []
  private var accountCount = 0

  /// No rows yet; `version` is that of the counters.
  init(version: UInt32 = 0) {
    content = DayRows(born: version)
  }

  mutating func add(_ submission: borrowing Submission, _ context: inout CountingContext) {
    let row = row(submission.account, submission.sender, &context)
    content.rows[row].counts.add(submission, context.version)
  }

  mutating func subtract(_ submission: borrowing Submission, _ context: inout CountingContext) {
    let drops = context.drops
    let row = row(submission.account, submission.sender, &context)
    context.drops = drops
    content.rows[row].counts.subtract(submission)
    content.rows[row].counts.version = context.version
  }

  mutating func add(
    _ counts: CounterRow,
    account: NameTable.ID,
    sender: NameTable.ID,
    _ context: inout CountingContext
  ) {
    let row = row(account, sender, &context)
    content.rows[row].counts.add(counts)
    content.rows[row].counts.version = context.version
  }

  /// The number of the row, a new one if there is none yet.
  @inline(__always)
  private mutating func row(
    _ account: NameTable.ID,
    _ sender: NameTable.ID,
    _ context: inout CountingContext
  ) -> Int {
    let key = UInt64(account) << 32 | UInt64(sender)
    let hash = Self.hash(key)
    if let row = index.find(hash, where: { content.rows[Int($0)].key == key }) { return Int(row) }
    return addRow(key, hash: hash, &context)
  }

  @inline(never) private mutating func addRow(
    _ key: UInt64,
    hash: UInt64,
    _ context: inout CountingContext
  ) -> Int {
    let (account, sender) = (UInt32(key >> 32), UInt32(truncatingIfNeeded: key))
    guard let limits = context.limits, sender != context.other else {
      return append(key, hash: hash)
    }
    let known = Int(account) < senderCounts.count ? senderCounts[Int(account)] : 0
    if known == 0, accountCount >= limits.accounts, !context.isRestoring {
      context.drops.accounts += 1
      return row(context.other, context.other, &context)
    }
    if Int(known) >= limits.sendersPerAccount, !context.isRestoring {
      context.drops.senders += 1
      return row(account, context.other, &context)
    }
    countSender(of: Int(account))
    return append(key, hash: hash)
  }

  private mutating func countSender(of account: Int) {
    if account >= senderCounts.count {
      let missing = max(1024, account + 1 - senderCounts.count)
      senderCounts.append(contentsOf: repeatElement(0, count: missing))
    }
    if senderCounts[account] == 0 { accountCount += 1 }
    if senderCounts[account] < .max { senderCounts[account] += 1 }
  }

  private mutating func append(_ key: UInt64, hash: UInt64) -> Int {
    index.add(UInt32(content.rows.count), hash: hash)
    content.rows.append(DayRows.Row(key: key))
    return content.rows.count &- 1
  }

  private static func hash(_ key: UInt64) -> UInt64 {
    ByteHash.mix(key, 0x2545_f491_4f6c_dd1d)
  }
}

/// What counting takes beyond the submission.
struct CountingContext: Sendable {
  /// Goes up with each cut.
  var version: UInt32 = 1
  let limits: CounterLimits?
  /// The name that stands for all that are beyond a limit.
  let other: NameTable.ID
  var parts = CounterParts.all
  var drops = CounterDrops()
  var isRestoring = false
}

/// Bounds on what clients can make the counters keep.
///
/// `analyze` has none: it ends.
package struct CounterLimits: Sendable {
  /// Senders of one account on one day; the messages of others count under the sender `(other)`.
  package var sendersPerAccount = 4096
  /// Accounts on one day; the messages of others count under the account `(other)`.
  package var accounts = 1_000_000
  /// Entries of each table of accounts: what they sent last, their clients, their mechanisms.
  package var accountEntries = 4_000_000
  /// Different combinations of name, network and day of failed AUTH.
  package var failures = 250_000

  package init() {}
}

/// What was counted under `(other)`, or left out, for want of room.
package struct CounterDrops: Sendable, Equatable {
  /// Log lines whose sender, or whose account, was beyond the limit.
  package var senders: UInt64 = 0
  package var accounts: UInt64 = 0
  /// Notes about accounts (last message, client, mechanism) that were not taken.
  package var accountEntries: UInt64 = 0

  package init() {}
}
