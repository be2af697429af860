import Counters
import MailLog

/// A part of a report's rows: what a query's `offset` and `limit` ask for.
struct Page: Sendable {
  private let offset: Int
  private let limit: Int?
  private var position = 0
  /// Rows follow the page.
  private(set) var hasMore = false

  init(_ query: ReportQuery) {
    offset = query.offset
    limit = query.limit
  }

  /// How many rows have to be visited to know whether more follow.
  var reach: Int? { limit.map { min($0, .max - offset - 1) + offset + 1 } }

  /// Goes on to the next row; false: it is behind the page.
  mutating func take(_ row: () -> Bool) -> Bool {
    if let limit, position - offset >= limit {
      hasMore = true
      return false
    }
    position += 1
    return position <= offset || row()
  }
}

extension SubmissionRows {
  /// Visits the rows of the query's page.
  ///
  /// - Parameters:
  ///   - selection: which groups are rows.
  ///   - body: takes a row, its figures and the names; false: enough.
  /// - Returns: whether more rows follow.
  func forEachOnPage(
    selection: Selection = Selection(),
    _ body: (Row, Sums, RowNames) -> Bool
  ) -> Bool {
    var page = Page(query)
    forEach(limit: page.reach, selection: selection) { row, sums, names in
      page.take { body(row, sums, names) }
    }
    return page.hasMore
  }
}

extension ReportQuery {
  /// What asks for the rows behind this page; it goes with the same question only.
  ///
  /// - Parameters:
  ///   - view: the report.
  ///   - hasMore: whether there are such rows.
  /// - Returns: a text that `resume` reads; nil: there are none, or nobody is going to ask.
  func nextCursor(_ view: ReportView, _ hasMore: Bool) -> String? {
    isPaged && hasMore ? cursor(view, at: offset + (limit ?? 0)) : nil
  }

  /// Goes on where `cursor` says; false: it belongs to another question, or is none.
  package mutating func resume(_ cursor: String, _ view: ReportView) -> Bool {
    guard let digits = cursor.split(separator: "-").first, digits.utf8.count <= 8,
      let offset = Int(digits, radix: 36), offset >= 0, cursor == self.cursor(view, at: offset)
    else { return false }
    self.offset = offset
    return true
  }

  private func cursor(_ view: ReportView, at offset: Int) -> String {
    "\(String(offset, radix: 36))-\(String(fingerprint(view), radix: 36))"
  }

  /// A hash of the question, whatever page of its rows is asked for.
  package func fingerprint(_ view: ReportView) -> UInt64 {
    let parts: [String?] = [
      view.rawValue, start.text, end.text, zone.name, domain, grouping?.rawValue,
      isPerDay ? "per day" : nil, sort, search, minimum.label, "\(idleDays)",
    ]
    // No part holds a 0: none can be taken for two.
    let text = Array(parts.map { $0.map { "=" + $0 } ?? "" }.joined(separator: "\0").utf8)
    return ByteHash.stable(text.span)
  }
}
