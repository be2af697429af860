import Foundation
import HTTPTypes
import MailLog

/// The body of `POST /v1/alerts/verdict`.
struct JudgementRequest {
  let id: String
  let verdict: AlertVerdict
  let note: String

  static let noteLimit = 1000

  init(_ body: [UInt8]) throws {
    let members = try Members(body, ["id", "verdict", "note"])
    id = try members.text("id", most: 200)
    let word = try members.text("verdict", most: 200)
    let known = AlertVerdict.allCases.map(\.rawValue)
    guard let verdict = AlertVerdict(rawValue: word) else {
      throw Problem.badParameter("verdict", word, "one of \(known.joined(separator: ", "))")
    }
    self.verdict = verdict
    note = members.has("note") ? try members.text("note", most: Self.noteLimit) : ""
  }
}

/// The body of `POST /v1/alerts/test`.
struct TrialRequest {
  let sink: String

  init(_ body: [UInt8]) throws {
    sink = try Members(body, ["sink"]).text("sink", most: 200)
  }
}

/// The members of a JSON object, each known and a text.
private struct Members {
  private let members: [String: Any]

  init(_ body: [UInt8], _ known: [String]) throws {
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)),
      let members = object as? [String: Any]
    else {
      throw Problem(.badRequest, "bad-body", "the body must be a JSON object")
    }
    for (name, value) in members where !known.contains(name) {
      throw Problem.unknownParameter(name, "\(value)", known)
    }
    self.members = members
  }

  func has(_ name: String) -> Bool { members[name] != nil && !(members[name] is NSNull) }

  func text(_ name: String, most limit: Int) throws -> String {
    guard let text = members[name] as? String, text.utf8.count <= limit,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    else {
      throw Problem.badParameter(
        name,
        members[name].map { "\($0)" } ?? "",
        "text of at most \(limit) bytes, none of them a control character"
      )
    }
    return text
  }
}
