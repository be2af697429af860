import MailLog

/// The body of `POST /v1/alerts/verdict`.
struct JudgementRequest {
  let id: String
  let verdict: AlertVerdict
  let note: String

  static let noteLimit = 1000

  init(_ body: [UInt8]) throws {
    let members = try BodyMembers(body, ["id", "verdict", "note"])
    id = try members.text("id", most: 200)
    let word = try members.text("verdict", most: 200)
    let known = AlertVerdict.allCases.map(\.rawValue)
    guard let verdict = AlertVerdict(rawValue: word) else {
      throw Problem.badParameter("verdict", word, "one of \(known.joined(separator: ", "))")
    }
    self.verdict = verdict
    note = members.has("note") ? try members.text("note", least: 0, most: Self.noteLimit) : ""
  }
}

/// The body of `POST /v1/alerts/test`.
struct TrialRequest {
  let sink: String

  init(_ body: [UInt8]) throws {
    sink = try BodyMembers(body, ["sink"]).text("sink", most: 200)
  }
}
