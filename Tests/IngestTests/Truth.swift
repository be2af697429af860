import Foundation
import MailLog

/// What the clients of a recorded run saw.
struct Truth {
  /// One line of `truth.jsonl`, as far as it is needed here.
  struct Row: Decodable {
    var ev: String
    var t: String
    var ip: String?
    var tls: String?
    var login: String?
    var mech: String?
    var mailFrom: String?
    var nrcpt: UInt64?
    var reason: String?

    enum CodingKeys: String, CodingKey {
      case ev, t, ip, tls, login, mech, nrcpt, reason
      case mailFrom = "mail_from"
    }
  }

  let rows: [Row]

  init(_ capture: Capture) throws {
    let decoder = JSONDecoder()
    rows = try capture.lines("truth.jsonl.xz").map { try decoder.decode(Row.self, from: Data($0)) }
  }

  /// Messages that the server accepted, as far as its log tells of them.
  func accepted(by log: Capture.Log) throws -> Tally {
    try tally("message", of: log)
  }

  /// Messages that the server may have accepted: their client did not wait for the answer.
  func unconfirmed(by log: Capture.Log) throws -> Tally {
    try tally("unconfirmed", of: log)
  }

  /// AUTH that the server refused; `unexpected`: the client did not expect that.
  var failures: [Row] { rows.filter { $0.ev == "auth_fail" } }

  private func tally(_ event: String, of log: Capture.Log) throws -> Tally {
    let facts = try ServerFacts.of(log)
    var calendar = LocalDays(zone: log.capture.zone)
    var tally = Tally()
    for row in rows where row.ev == event {
      // The fraction of the second does not move a day.
      let time = try Date(row.t.prefix(19) + "Z", strategy: .iso8601)
      let day = calendar.day(of: Timestamp(seconds: Int64(time.timeIntervalSince1970)))
      let key = Tally.Key(
        day: day,
        account: facts.account(row.login ?? ""),
        sender: folded(row.mailFrom ?? ""),
        tls: facts.tls.shown(Self.version(row.tls))
      )
      tally.add(1, recipients: facts.recipients == .all ? row.nrcpt ?? 0 : 0, to: key)
    }
    return tally
  }

  static func version(_ name: String?) -> TLSVersion {
    switch name {
    case nil: .none
    case "TLSv1": .tls10
    case "TLSv1.1": .tls11
    case "TLSv1.2": .tls12
    case "TLSv1.3": .tls13
    default: .unknown
    }
  }
}

/// `text` with its ASCII letters in lower case.
func folded(_ text: String) -> String {
  String(decoding: text.utf8.map(asciiLowercased), as: UTF8.self)
}
