import Counters
import MailLog

/// Bar charts for a terminal.
enum Charts {
  /// A bar for each day, week or month, as long as its messages, divided by TLS version.
  static func days(_ days: [Sums], in buckets: Buckets, _ width: Int, _ style: Style) -> [Line] {
    let sums = buckets.sums(days)
    let labels = buckets.labels
    let label = labels.map(TerminalText.width).max() ?? 0
    let largest = sums.map(\.messages).max() ?? 0
    let number = String(largest).utf8.count
    let bar = max(1, width - label - number - 4)
    var lines = [Line("Messages per \(buckets.unit.rawValue)", .bold)]
    for (text, sums) in zip(labels, sums) {
      let count = String(sums.messages)
      var line = Line(text, sums.messages == 0 ? .dim : .normal)
      line.pad(to: label + 2)
      let length = Bars.length(sums.messages, of: largest, width: bar)
      line.append(Bars.stacked(sums, width: length, style))
      line.pad(to: label + 2 + bar + 2 + number - count.utf8.count)
      line.append(Piece(count, sums.messages == 0 ? .dim : .normal))
      lines.append(line)
    }
    return lines
  }

  /// The share of each TLS version that occurs; the blocks explain those of the days.
  static func shares(_ total: Sums, _ width: Int, _ style: Style) -> [Line] {
    let used = Bars.stack.filter { total.count($0) > 0 }
    let label = (used.map { Bars.name($0).utf8.count }.max() ?? 0) + 2
    let number = used.map { TableText.share(total, $0).width }.max() ?? 0
    let bar = max(1, width - label - number - 4)
    var lines = [Line("TLS", .bold)]
    for version in used {
      let share = TableText.share(total, version)
      let block = Bars.block(version, style)
      var line = Line([Piece(block, .tls(version)), Piece(" \(Bars.name(version))")])
      line.pad(to: label + 2)
      let length = Bars.length(total.count(version), of: total.messages, width: bar)
      line.append(Piece(String(repeating: block, count: length), .tls(version)))
      line.pad(to: label + 2 + bar + 2 + number - share.width)
      line.append(Piece(share.text))
      lines.append(line)
    }
    return lines
  }
}
