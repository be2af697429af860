import Counters
import MailLog

extension CounterSnapshot {
  /// The rows with messages, as text, in no order.
  var rowLines: [String] {
    var sums: [String: [UInt64]] = [:]
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 1000))
    forEachRow(from: first, through: last) { day, account, sender, row in
      guard row.messages > 0 else { return }
      var sum = sums["\(day.text) \(account) \(sender)"] ?? Array(repeating: 0, count: 11)
      for version in TLSVersion.allCases {
        sum[Int(version.rawValue)] += UInt64(row.count(version))
      }
      sum[7] += row.recipients
      sum[8] += row.bytes
      sum[9] += UInt64(row.withoutRecipients)
      sum[10] += UInt64(row.withoutBytes)
      sums["\(day.text) \(account) \(sender)"] = sum
    }
    return sums.map { "\($0.key): \($0.value)" }
  }

  /// Everything but the rows, as text.
  var otherLines: [String] {
    var lines: [String] = []
    for id in 0..<UInt32(names.count) {
      let name = names.shown(id)
      lines.append("name \(id) \(name)")
      for version in TLSVersion.allCases {
        guard let seen = lastSeen(id, version) else { continue }
        lines.append("seen \(name) \(version.label) \(seen.time.nanoseconds)")
      }
      guard let details = details else { continue }
      for client in details.clients(of: id) { lines.append("client \(name) \(client)") }
      for mechanism in details.mechanisms(of: id) { lines.append("mechanism \(name) \(mechanism)") }
      if let rejections = details.rejections(of: id) { lines.append("\(name) \(rejections)") }
    }
    failures.forEach { key, count in
      let name = failures.shown(key.name)
      lines.append("failure \(key.day.text) \(name) \(key.network.text) \(count)")
    }
    lines.append("\(drops)")
    return lines
  }
}
