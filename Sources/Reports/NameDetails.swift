package import Counters
package import MailLog

/// One sender or account in detail: its days, and the accounts or senders that go with it.
package struct NameDetails: Sendable {
  /// Which of the two names of a message is asked for.
  package enum Role: String, Sendable { case sender, account }

  package let role: Role
  package let name: String
  package let query: ReportQuery
  /// What is kept of accounts: of this one, or of the busiest that sent as this sender; nil: nothing
  /// is.
  let accounts: [(name: String, notes: AccountNotes)]?
  let sums: PeriodSums
  /// The names of the other role, most messages first.
  let others: [(name: String, sums: Sums)]
  /// Alerts of this name, the newest first.
  private(set) var alerts: [KeptAlert] = []

  /// The details of a name; nil: no message of it is kept.
  ///
  /// - Parameters:
  ///   - role: whether `name` is a sender or an account.
  ///   - name: as reports show it.
  ///   - counters: what was counted.
  ///   - query: the period and its zone.
  package init?(
    _ role: Role,
    _ name: String,
    from counters: CounterSnapshot,
    _ query: ReportQuery
  ) {
    let ids = Self.find(role, name, counters)
    guard let id = ids.first, let twin = ids.last else { return nil }
    var days = [Sums](repeating: Sums(), count: query.days.count)
    var others: [NameTable.ID: Sums] = [:]
    var used: Set<NameTable.ID> = []
    let first = CivilDate(daysSince1970: .min / 2)
    let last = CivilDate(daysSince1970: .max / 2)
    counters.forEachRow(from: first, through: last) { day, account, sender, row in
      let found = role == .sender ? sender : account
      guard found == id || found == twin, row.messages > 0 else { return }
      used.insert(found)
      guard query.days.contains(day) else { return }
      days[query.start.distance(to: day)].add(row)
      others[role == .sender ? account : sender, default: Sums()].add(row)
    }
    guard !used.isEmpty else { return nil }
    self.role = role
    self.query = query
    self.name = Self.shown(role, id, counters.names)
    sums = PeriodSums(start: query.start, days: days)
    let other: Role = role == .sender ? .account : .sender
    let sorted = others.map { (Self.shown(other, $0.key, counters.names), $0.value, $0.key) }
      .sorted { ($1.1.messages, $0.0) < ($0.1.messages, $1.0) }
    self.others = sorted.map { ($0.0, $0.1) }
    let shown =
      role == .account ? ids.filter(used.contains) : sorted.prefix(Self.accountLimit).map(\.2)
    accounts = counters.details.map { details in
      shown.map { id in
        (Self.shown(.account, id, counters.names), AccountNotes(of: id, in: details))
      }
    }
  }

  /// Takes up what of the alerts is about this name.
  package mutating func takeAlerts(from all: [KeptAlert]) {
    alerts = all.filter {
      role == .account ? $0.alert.account == name : $0.alert.senders.contains(name)
    }
  }

  /// The most accounts of a sender of which more is shown than their messages.
  package static let accountLimit = 3

  /// The names that are shown so: lines without a login may have been counted under no name, or under
  /// that which reports give it.
  private static func find(
    _ role: Role,
    _ name: String,
    _ counters: CounterSnapshot
  ) -> [NameTable.ID] {
    let bytes = unescapedBytes(name)
    let known = counters.names.find(bytes.span, foldingCase: counters.foldsCase)
    return [known, name == emptyName(role) ? NameTable.empty : nil].compactMap { $0 }
  }

  private static func shown(_ role: Role, _ id: NameTable.ID, _ names: NameList) -> String {
    id == NameTable.empty ? emptyName(role) : names.shown(id)
  }

  private static func emptyName(_ role: Role) -> String {
    role == .sender ? "<>" : "(unknown)"
  }
}

extension NameDetails {
  package func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.member("view", role.rawValue)
      json.member(role.rawValue, name)
      json.period(query)
      json.object("total") { json in
        json.volume(sums.total)
        json.tls(sums.total)
        json.percent(sums.total)
      }
      json.array("days") { json in
        json.days(sums) {
          $0.volume($1)
          $0.tls($1)
        }
      }
      json.array(role == .sender ? "accounts" : "senders", of: others) { other, json in
        json.object { json in
          json.member(role == .sender ? "account" : "sender", other.name)
          json.volume(other.sums)
          json.tls(other.sums)
        }
      }
      json.array("alerts", of: alerts) { $0.writeJSON(to: &$1, query.zone, in: query.language) }
      writeNotes(to: &json)
    }
  }

  /// What is kept by account, of a sender with the account's name; `null` where it is not known.
  private func writeNotes(to json: inout JSONWriter) {
    guard let accounts else {
      for name in ["mechanisms", "clients", "rejections"] {
        json.member(name, orNull: nil as UInt64?)
      }
      return
    }
    json.array("mechanisms") { json in
      for account in accounts {
        for mechanism in account.notes.mechanisms {
          write(of: account.name, to: &json) { json in
            json.member("mechanism", mechanism.name)
            json.member("messages", mechanism.messages)
          }
        }
      }
    }
    json.array("clients") { json in
      for account in accounts {
        for client in account.notes.clients {
          write(of: account.name, to: &json) { write(client, account.notes, to: &$0) }
        }
      }
    }
    json.member("rejections", accounts.reduce(0) { $0 + $1.notes.rejections })
  }

  private func write(
    of account: String,
    to json: inout JSONWriter,
    _ members: (inout JSONWriter) -> Void
  ) {
    json.object { json in
      if role == .sender { json.member("account", account) }
      members(&json)
    }
  }

  private func write(
    _ client: AccountDetails.Client,
    _ notes: AccountNotes,
    to json: inout JSONWriter
  ) {
    json.member("network", client.address.networkText)
    json.member("tls", client.tls.label)
    json.member("cipher", orNull: notes.cipher(of: client))
    json.member("messages", client.messages)
    json.member("first", client.first.text(query.zone))
    json.member("last", client.last.text(query.zone))
  }
}

/// What is known of one account beyond its counts.
struct AccountNotes: Sendable {
  /// The one seen last first.
  let clients: [AccountDetails.Client]
  /// The most used first; the name is empty where the log does not tell.
  let mechanisms: [(name: String, messages: UInt64)]
  let rejections: UInt64
  private let details: AccountDetails

  init(of account: NameTable.ID, in details: AccountDetails) {
    self.details = details
    clients = details.clients(of: account)
    mechanisms = details.mechanisms(of: account)
      .map { (details.terms.shown($0.name), $0.messages) }
    rejections = details.rejections(of: account)?.count ?? 0
  }

  /// nil: the log does not tell.
  func cipher(of client: AccountDetails.Client) -> String? {
    client.cipher == NameTable.empty ? nil : details.terms.shown(client.cipher)
  }
}
