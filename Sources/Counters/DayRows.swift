import MailLog

/// The rows of one day, numbered in the order of their first message: 64 bytes each.
///
/// Copies share all pages that are not written to afterwards.
package struct DayRows: Sendable {
  struct Row: Sendable {
    /// Account in the upper half, sender in the lower.
    let key: UInt64
    var counts = CounterRow()
  }

  var rows = PagedArray<Row>()
  /// The version of the counters in which these rows took the place of all that were stored before.
  let born: UInt32

  package var count: Int { rows.count }

  package func counts(_ row: Int) -> CounterRow { rows[row].counts }

  /// Whether the day is another one than that which was stored before `version`.
  package func isNew(since version: UInt32) -> Bool { born >= version }

  /// Visits the rows that changed in `version` or later: the key has the account in its upper half.
  package func forEachChange(
    since version: UInt32,
    _ body: (_ key: UInt64, CounterRow) throws -> Void
  ) rethrows {
    try rows.forEach { row in
      if row.counts.version >= version { try body(row.key, row.counts) }
    }
  }
}
