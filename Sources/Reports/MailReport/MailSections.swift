import Counters
import MailLog

/// A table of the mail, for either form of it.
struct MailSection: Sendable {
  struct Column: Sendable {
    var title: String
    var isNumber = false
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
}

extension MailReport {
  /// The tables that have rows, in their order.
  var sections: [MailSection] {
    let sections = [
      alertSection, usageSection, daySection, senderSection, cutoffSection, failureSection,
    ]
    return sections.filter { !$0.rows.isEmpty }
  }

  private var terms: Terms { language.terms }

  private var alertSection: MailSection {
    MailSection(
      heading: terms.alerts,
      columns: [.init(title: terms.last), .init(title: "")],
      rows: alerts.prefix(Self.rowLimit).map { alert in
        .init(cells: [DateText.table(alert.started, query.zone), alert.text])
      },
      more: max(0, alerts.count - Self.rowLimit)
    )
  }

  private var usageSection: MailSection {
    let total = tally.sums.total
    return MailSection(
      heading: terms.tlsUsage,
      note: untold,
      columns: [.init(title: terms.version), .init(title: terms.messageCount, isNumber: true)],
      rows: versions.map { version in
        .init(
          cells: [terms.column(version), language.share(total, version)],
          bar: [(version, total.permille(version))]
        )
      }
    )
  }

  private var daySection: MailSection {
    let longest = tally.sums.days.map(\.messages).max() ?? 0
    guard longest > 0 else { return MailSection(heading: "", columns: [], rows: []) }
    return MailSection(
      heading: terms.perDay,
      columns: [.init(title: ""), .init(title: terms.messageCount, isNumber: true)],
      rows: tally.sums.dated.map { date, sums in
        .init(
          cells: [language.weekday(date), language.number(sums.messages)],
          bar: versions.map { ($0, Sums.permille(sums.count($0), of: longest)) }
        )
      }
    )
  }

  private var senderSection: MailSection {
    MailSection(
      heading: terms.sendingVolume,
      columns: [
        .init(title: terms.senderAddress), .init(title: terms.messageCount, isNumber: true),
      ]
        + versions.map { .init(title: terms.column($0), isNumber: true) },
      rows: senders.map { sender in
        let shares = versions.map { version in
          sender.sums.count(version) == 0 ? "–" : language.share(sender.sums, version)
        }
        return .init(cells: [sender.name, language.number(sender.sums.messages)] + shares)
      },
      more: senderCount - senders.count
    )
  }

  private var cutoffSection: MailSection {
    MailSection(
      heading: "\(terms.cutoff) \(query.minimum.label)",
      note: terms.cutoffExplained,
      columns: [
        .init(title: terms.accountColumn), .init(title: terms.messageCount, isNumber: true),
        .init(title: terms.below, isNumber: true), .init(title: terms.last),
        .init(title: terms.version), .init(title: terms.client),
      ],
      rows: cutoff.map { entry in
        let (messages, below) = (language.number(entry.messages), language.number(entry.below))
        let last = entry.last.map { DateText.table($0.seen.time, query.zone) } ?? "–"
        let version = entry.last.map { terms.column($0.version) } ?? "–"
        return .init(
          cells: [entry.name, messages, below, last, version, entry.last?.client ?? "–"]
        )
      },
      more: cutoffCount - cutoff.count
    )
  }

  private var failureSection: MailSection {
    MailSection(
      heading: terms.failures,
      columns: [
        .init(title: terms.network), .init(title: terms.failuresColumn, isNumber: true),
        .init(title: terms.accountsColumn, isNumber: true), .init(title: terms.last),
      ],
      rows: networks.map { network in
        let (failures, accounts) = (
          language.number(network.failures), language.number(network.accounts)
        )
        return .init(
          cells: [network.name, failures, accounts, DateText.table(network.last, query.zone)]
        )
      },
      more: networkCount - networks.count
    )
  }
}
