package import Counters
package import Languages
package import MailLog

/// The report as people get it by e-mail: plain text, HTML, and all senders as CSV.
///
/// A value of figures, taken from one published state; rendering asks nothing more.
package struct MailReport: Sendable {
  /// A file that goes with the mail.
  package struct Attachment: Sendable {
    package var name: String
    package var bytes: [UInt8]
  }

  /// A sender among the busiest.
  struct Sender: Sendable {
    var name: String
    var domain: String
    var sums: Sums
  }

  /// A client network with failed logins.
  struct Network: Sendable {
    var name: String
    var failures: UInt64
    var accounts: UInt64
    var last: Timestamp
  }

  package let query: ReportQuery
  package let language: Language
  /// The first day that is kept; nil: all are.
  let firstDay: CivilDate?
  /// The host that the report is of.
  let host: String
  let tally: InsightTally
  let senders: [Sender]
  let senderCount: Int
  let cutoff: [CutoffReport.Entry]
  let cutoffCount: Int
  let networks: [Network]
  let networkCount: Int
  /// Those that began in the period, the newest first.
  let alerts: [Alert]
  package let attachments: [Attachment]

  /// How many rows the mail itself shows of each table.
  static let rowLimit = 20
  /// How many rows a file has at most.
  let fileLimit: Int

  /// Takes the figures of the query's period and domain.
  ///
  /// - Parameters:
  ///   - counters: what is counted.
  ///   - query: the period, the zone and perhaps a domain.
  ///   - language: of the text; the files are the same in all.
  ///   - firstDay: the first day that is kept; nil: all are.
  ///   - host: the name of this host.
  ///   - alerts: all that are kept, the newest first.
  ///   - fileLimit: the most senders that a file has.
  /// - Throws: if the question makes no sense.
  package init(
    _ counters: CounterSnapshot,
    _ query: ReportQuery,
    language: Language,
    firstDay: CivilDate? = nil,
    host: String,
    alerts: [Alert] = [],
    fileLimit: Int = 100_000
  ) throws(ReportError) {
    self.query = query
    self.language = language
    self.firstDay = firstDay
    self.host = host
    self.fileLimit = fileLimit
    self.alerts = alerts.filter {
      $0.began(onDaysOf: query) && $0.concerns(domainOf: query)
    }
    let order = try RowOrder(nil, columns: [])
    let rows = SubmissionRows(counters, query, rules: .init(grouping: .sender), order: order)
    tally = InsightTally(rows)
    var senders: [Sender] = []
    senderCount = rows.forEach(limit: Self.rowLimit, counts: true) { row, sums, names in
      senders.append(
        Sender(
          name: String(decoding: names.name(row), as: UTF8.self),
          domain: String(decoding: names.domain(row), as: UTF8.self),
          sums: sums
        )
      )
      return true
    }
    self.senders = senders
    (cutoff, cutoffCount) = try CutoffReport(counters, query).entries(limit: Self.rowLimit)
    let failed = FailureRows(counters.failures, query, grouping: .network, order: order)
    networkCount = failed.rows.count
    networks = failed.rows.prefix(Self.rowLimit).map { row in
      Network(
        name: String(decoding: failed.name(row), as: UTF8.self),
        failures: row.failures,
        accounts: row.counterparts,
        last: row.last
      )
    }
    var query = query
    query.limit = fileLimit
    let files: [any Report] = [
      try VolumeReport(counters, query), try TLSReport(counters, query),
    ]
    attachments = files.map { Attachment($0) }
  }

  /// One line for the mail's subject.
  package var subject: String {
    let period = language.period(query.start, query.end)
    let domain = query.domain.map { " · \($0)" } ?? ""
    let figures = isGone ? "" : ": \(counts.joined(separator: ", "))"
    return "\(title)\(domain), \(period)\(figures)"
  }

  var title: String { language.term("insight-title") }

  /// `2 accounts`, `1,234 messages`.
  var counts: [String] {
    [
      language.term("accounts-count", n: UInt64(tally.accounts)),
      language.term("messages-count", n: tally.sums.total.messages),
    ]
  }

  /// The TLS versions that occur, the oldest first.
  var versions: [TLSVersion] { TLSVersion.allCases.filter { tally.sums.total.count($0) > 0 } }

  /// What stands under the title.
  var period: String {
    let domain = query.domain.map { " · \($0)" } ?? ""
    return "\(language.period(query.start, query.end)) (\(query.zone.name))\(domain)"
  }

  /// That earlier days are no longer kept; nil: all of the period are.
  var gone: String? {
    guard let firstDay, query.start < firstDay else { return nil }
    return language.term("mail-gone", ["day": language.period(firstDay, firstDay)])
  }

  /// None of its days is kept.
  var isGone: Bool { firstDay.map { query.end < $0 } ?? false }

  /// That the log does not tell some messages' TLS version; nil: it tells all.
  var untold: String? {
    let unknown = tally.sums.total.count(.unknown)
    return unknown > 0 ? language.term("untold", n: unknown) : nil
  }
}

extension MailReport.Attachment {
  /// The report as a file that spreadsheets open.
  fileprivate init(_ report: any Report) {
    var output = ByteWriter()
    output.isForSpreadsheet = true
    report.writeCSV(to: &output)
    let (query, view) = (report.query, type(of: report).view)
    name = "smtp-auth-\(view.rawValue)-\(query.start.text)-\(query.end.text).csv"
    bytes = output.bytes
  }
}
