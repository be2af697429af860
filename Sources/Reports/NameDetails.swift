package import Counters
package import MailLog

/// One sender or account in detail: its days, and the accounts or senders that go with it.
package struct NameDetails: Sendable {
  /// Which of the two names of a message is asked for.
  package enum Role: String, Sendable { case sender, account }

  package let role: Role
  package let name: String
  package let query: ReportQuery
  package let details: AccountDetails?
  let sums: PeriodSums
  /// The names of the other role, most messages first.
  let others: [(name: String, sums: Sums)]

  /// The details of a name; nil: no message of it is kept.
  ///
  /// - Parameters:
  ///   - role: whether `name` is a sender or an account.
  ///   - name: as reports show it.
  ///   - counters: what was counted.
  ///   - query: the period and its zone.
  ///   - details: finds what else is known of an account.
  package init?(
    _ role: Role,
    _ name: String,
    from counters: Counters,
    _ query: ReportQuery,
    details: (NameTable.ID) -> AccountDetails? = { _ in nil }
  ) {
    guard let id = Self.find(role, name, counters.names) else { return nil }
    var days = [Sums](repeating: Sums(), count: query.days.count)
    var others: [NameTable.ID: Sums] = [:]
    var isKnown = false
    let first = CivilDate(daysSince1970: .min / 2)
    let last = CivilDate(daysSince1970: .max / 2)
    counters.forEachRow(from: first, through: last) { day, account, sender, row in
      guard (role == .sender ? sender : account) == id, row.messages > 0 else { return }
      isKnown = true
      guard query.days.contains(day) else { return }
      days[query.start.distance(to: day)].add(row)
      others[role == .sender ? account : sender, default: Sums()].add(row)
    }
    guard isKnown else { return nil }
    self.role = role
    self.query = query
    self.name = Self.shown(role, id, counters.names)
    self.details = role == .account ? details(id) : nil
    sums = PeriodSums(start: query.start, days: days)
    let other: Role = role == .sender ? .account : .sender
    self.others = others.map { (Self.shown(other, $0.key, counters.names), $0.value) }
      .sorted { ($1.sums.messages, $0.name) < ($0.sums.messages, $1.name) }
  }

  private static func find(_ role: Role, _ name: String, _ names: NameTable) -> NameTable.ID? {
    if name == emptyName(role) { return NameTable.empty }
    let bytes = unescapedBytes(name)
    return names.find(bytes.span)
  }

  private static func shown(_ role: Role, _ id: NameTable.ID, _ names: NameTable) -> String {
    id == NameTable.empty ? emptyName(role) : names.shown(id)
  }

  private static func emptyName(_ role: Role) -> String {
    role == .sender ? "<>" : "(unknown)"
  }
}

extension NameDetails {
  package func writeJSON(to json: inout JSONWriter) {
    json.beginObject()
    writeHead(to: &json)
    json.key("total")
    json.beginObject()
    json.volume(sums.total)
    json.tls(sums.total)
    json.percent(sums.total)
    json.endObject()
    json.days(sums) {
      $0.volume($1)
      $0.tls($1)
    }
    json.key(role == .sender ? "accounts" : "senders")
    json.beginArray()
    for (name, sums) in others {
      json.beginObject()
      json.key(role == .sender ? "account" : "sender")
      json.value(name)
      json.volume(sums)
      json.tls(sums)
      json.endObject()
    }
    json.endArray()
    if role == .account { writeAccount(to: &json) }
    json.endObject()
  }

  private func writeHead(to json: inout JSONWriter) {
    json.key("view")
    json.value(role.rawValue)
    json.key(role.rawValue)
    json.value(name)
    json.key("start")
    json.value(query.start.text)
    json.key("end")
    json.value(query.end.text)
    json.key("timezone")
    json.value(query.zone.name)
  }

  /// What is kept by account; `null` where it is not known.
  private func writeAccount(to json: inout JSONWriter) {
    json.key("mechanisms")
    if let mechanisms = details?.mechanisms {
      json.beginArray()
      for (name, messages) in mechanisms.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        json.beginObject()
        json.key("mechanism")
        json.value(name)
        json.key("messages")
        json.value(messages)
        json.endObject()
      }
      json.endArray()
    } else {
      json.null()
    }
    json.key("clients")
    if let clients = details?.clients {
      json.beginArray()
      for client in clients.sorted(by: { $0.last > $1.last }) { write(client, to: &json) }
      json.endArray()
    } else {
      json.null()
    }
    json.key("rejections")
    json.value(details?.rejections)
  }

  private func write(_ client: AccountDetails.Client, to json: inout JSONWriter) {
    json.beginObject()
    json.key("network")
    json.value(client.network.networkText)
    json.key("tls")
    json.value(client.tls.label)
    json.key("cipher")
    json.value(client.cipher)
    json.key("first")
    json.value(DateText.rfc3339(client.first, query.zone))
    json.key("last")
    json.value(DateText.rfc3339(client.last, query.zone))
    json.endObject()
  }
}
