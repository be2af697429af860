import Counters
import Languages
import MailLog

/// A table of the mail, for either form of it.
struct MailSection: Sendable {
  struct Column: Sendable {
    var title: String
    var isNumber = false
    /// Sentences, which may be as wide as there is room.
    var isText = false
  }

  struct Row: Sendable {
    var cells: [String]
    /// The length of a bar behind the cells, in thousandths of the longest, by TLS version.
    var bar: [(version: TLSVersion, length: UInt64)] = []
  }

  var heading: String
  /// A sentence under the heading.
  var note: String?
  var columns: [Column]
  var rows: [Row]
  /// How many rows were left out.
  var more = 0
  /// A file has more rows.
  var isAttached = false

  var hasTitles: Bool { columns.contains { !$0.title.isEmpty } }
}

extension MailReport {
  /// The tables that have rows, in their order.
  var sections: [MailSection] {
    let sections = [
      alertSection, usageSection, daySection, senderSection, cutoffSection, failureSection,
    ]
    return sections.filter { !$0.rows.isEmpty }
  }

  private func term(_ key: String) -> String { language.term(key) }

  private static let alertLimit = 8

  private func time(_ time: Timestamp) -> String { language.time(time, query.zone, of: query.end) }

  private var alertSection: MailSection {
    MailSection(
      heading: term("view-alerts"),
      columns: [.init(title: ""), .init(title: "", isText: true)],
      rows: alerts.prefix(Self.alertLimit).map { alert in
        .init(cells: [time(alert.started), alert.sentence(in: language)])
      },
      more: max(0, alerts.count - Self.alertLimit)
    )
  }

  private var usageSection: MailSection {
    let total = tally.sums.total
    return MailSection(
      heading: term("tab-tls"),
      note: untold,
      columns: [.init(title: term("tls-title")), .init(title: term("messages"), isNumber: true)],
      rows: versions.map { version in
        .init(
          cells: [language.name(of: version), language.share(total, version)],
          bar: [(version, total.permille(version))]
        )
      }
    )
  }

  private var daySection: MailSection {
    let buckets = Buckets(start: query.start, end: query.end)
    let sums = buckets.sums(tally.sums.days)
    let longest = sums.map(\.messages).max() ?? 0
    guard longest > 0 else { return MailSection(heading: "", columns: [], rows: []) }
    return MailSection(
      heading: term("messages-per-\(buckets.unit)"),
      columns: [.init(title: ""), .init(title: term("messages"), isNumber: true)],
      rows: zip(language.labels(buckets), sums).map { label, sums in
        .init(
          cells: [label, language.number(sums.messages)],
          bar: versions.map { ($0, Sums.permille(sums.count($0), of: longest)) }
        )
      }
    )
  }

  private var senderSection: MailSection {
    MailSection(
      heading: term("tab-volume"),
      columns: [
        .init(title: term("sender"), isText: true), .init(title: term("messages"), isNumber: true),
      ]
        + versions.map { .init(title: language.name(of: $0), isNumber: true) },
      rows: senders.map { sender in
        let shares = versions.map { version in
          sender.sums.count(version) == 0 ? "–" : language.share(sender.sums, version)
        }
        return .init(cells: [sender.name, language.number(sender.sums.messages)] + shares)
      },
      more: senderCount - senders.count,
      isAttached: true
    )
  }

  private var cutoffSection: MailSection {
    MailSection(
      heading: term("cutoff-title"),
      note: term("cutoff-explained"),
      columns: [
        .init(title: term("account"), isText: true), .init(title: term("messages"), isNumber: true),
        .init(title: language.term("below", ["minimum": query.minimum.label]), isNumber: true),
        .init(title: term("last-time")),
        .init(title: term("tls-title")), .init(title: term("from")),
      ],
      rows: cutoff.map { entry in
        let (messages, below) = (language.number(entry.messages), language.number(entry.below))
        let last = entry.last.map { time($0.seen.time) } ?? "–"
        let version = entry.last.map { language.name(of: $0.version) } ?? "–"
        return .init(
          cells: [entry.name, messages, below, last, version, entry.last?.client ?? "–"]
        )
      },
      more: cutoffCount - cutoff.count
    )
  }

  private var failureSection: MailSection {
    MailSection(
      heading: term("failures-title"),
      columns: [
        .init(title: term("network")), .init(title: term("failures"), isNumber: true),
        .init(title: term("accounts"), isNumber: true), .init(title: term("last-time")),
      ],
      rows: networks.map { network in
        let (failures, accounts) = (
          language.number(network.failures), language.number(network.accounts)
        )
        return .init(
          cells: [network.name, failures, accounts, time(network.last)]
        )
      },
      more: networkCount - networks.count
    )
  }
}
