/// So many rows (day, sender) on the days up to today.
struct MadeRows: CustomStringConvertible {
  static let days = 90

  let rows: Int
  /// Different ones on all days together.
  let senders: Int

  /// Every sender writes every day.
  var isDense: Bool { senders == rowsOfDay }

  var rowsOfDay: Int { max(1, rows / Self.days) }

  /// The sender of a row of a day.
  func sender(_ row: Int, onDay day: Int) -> Int {
    let daily = isDense ? rowsOfDay : rowsOfDay / 2
    guard row >= daily else { return row }
    let others = rowsOfDay - daily
    return daily + (day * others + row - daily) % (senders - daily)
  }

  var description: String { "\(rows) rows of \(senders) senders" }
}
