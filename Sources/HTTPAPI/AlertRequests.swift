import HTTPTypes
import MailLog
import Reports

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

extension Order {
  /// Notes a verdict, RFC 9110's POST: the answer is the alert.
  func judgeAlert() async throws -> Answer {
    let asked = try await JudgementRequest(body())
    let judgement = AlertJudgement(
      asked.verdict,
      note: asked.note,
      user: user.id,
      time: daemon.published().status.time
    )
    let judged: KeptAlert?
    do {
      judged = try await daemon.alerts.judge(asked.id, judgement)
    } catch {
      throw Problem(.serviceUnavailable, "not-saved", "the verdict is not saved: \(error)")
    }
    guard let kept = judged else {
      throw Problem(.notFound, "unknown-alert", "there is no alert '\(asked.id)': see /v1/alerts")
    }
    var json = JSONWriter()
    kept.writeJSON(to: &json, daemon.published().zone, in: language)
    return Answer(json)
  }

  /// Sends a trial alert.
  func sendTrial() async throws -> Answer {
    let asked = try await TrialRequest(body())
    let delivered: Bool
    let detail: String
    switch await daemon.alerts.sendTrial(asked.sink) {
    case .unknown(let sinks):
      throw Problem(
        .notFound,
        "unknown-sink",
        "there is no sink '\(asked.sink)': there \(sinks.count == 1 ? "is" : "are") \(sinks.joined(separator: ", "))"
      )
    case .delivered(let text): (delivered, detail) = (true, text)
    case .failed(let text): (delivered, detail) = (false, text)
    }
    var json = JSONWriter()
    json.object { json in
      json.member("sink", asked.sink)
      json.member("delivered", delivered)
      json.member("detail", detail)
    }
    return Answer(json)
  }
}
