package import Counters
import MailLog

extension CounterSnapshot {
  private static let allDays = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 84_370))

  /// What is counted of messages and failures, as text.
  package var counted: [String] { (messageLines + failureLines).sorted() }

  /// The rows with messages, in no order.
  package var messageLines: [String] {
    var sums: [String: [UInt64]] = [:]
    forEachRow(from: Self.allDays.0, through: Self.allDays.1) { day, account, sender, row in
      guard row.messages > 0 else { return }
      let key = "\(day.text) \(names.shown(account)) \(names.shownSender(sender))"
      let counts =
        TLSVersion.allCases.map { UInt64(row.count($0)) }
        + [row.recipients, row.bytes, UInt64(row.withoutRecipients), UInt64(row.withoutBytes)]
      sums[key] = zip(sums[key] ?? counts.map { _ in 0 }, counts).map { $0 + $1 }
    }
    return sums.map { "\($0.key): \($0.value)" }
  }

  package var failureLines: [String] {
    var lines: [String] = []
    failures.forEach { key, count in
      let place = "\(key.day.text) \(failures.shown(key.name)) \(key.network.networkText)"
      lines.append("failed \(place): \(count)")
    }
    return lines
  }

  /// What is known of the accounts beyond that, and their numbers.
  package var known: [String] {
    var lines: [String] = []
    for id in 0..<UInt32(names.count) {
      let name = "\(id) \(names.shown(id))"
      lines.append(name)
      for version in TLSVersion.allCases {
        guard let seen = lastSeen(id, version) else { continue }
        lines.append("\(name) \(version.label) \(seen.time.nanoseconds) \(seen.client.text)")
      }
      guard let details else { continue }
      lines += details.clients(of: id).map { "\(name) \($0)" }
      lines += details.mechanisms(of: id).map { "\(name) \($0)" }
      lines.append("\(name) \(details.rejections(of: id).map { "\($0)" } ?? "")")
    }
    return lines + ["\(drops)"]
  }
}
