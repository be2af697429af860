import Foundation
import MailLog

/// An answer that is no success: a problem document, RFC 9457.
struct Refusal: Error {
  var status: Int
  /// The problem's word for programs.
  var code: String?
  /// What is wrong and what to do, in the words of the command line.
  var detail: String

  init(status: Int, body: [UInt8]) {
    self.status = status
    let document = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    let texts = (document ?? [:]).compactMapValues { $0 as? String }
    code = texts["code"]
    let said = ["detail", "title"].compactMap { texts[$0] }.first { !$0.isEmpty }
    detail = (Self.translated(texts) ?? said).map { plainText($0) } ?? "HTTP status \(status)"
  }

  var failure: Failure {
    switch status {
    case 403: Failure(.noPermission, detail)
    case 400, 406: Failure(.usage, detail)
    case 422: Failure(.badData, detail)
    case 500...: Failure(.failed, "the daemon failed: \(detail); see 'journalctl -u submitwatchd'")
    default: Failure(.failed, detail)
    }
  }

  /// What a problem is here, where there are options and no parameters; nil: as the daemon says it.
  private static func translated(_ texts: [String: String]) -> String? {
    let option = texts["parameter"].flatMap { options[$0] }
    switch texts["code"] {
    case "bad-parameter":
      guard let option, let value = texts["value"], let allowed = texts["allowed"] else {
        return nil
      }
      return "\(option) cannot be '\(value)': it must be \(allowed)"
    case "unknown-parameter": return option.map { "\($0) does not go with this: leave it out" }
    case "not-acceptable": return "this does not come in that form: use another --format"
    case "not-found":
      return "the daemon cannot do this: are submitwatch and submitwatchd of one version?"
    default: return nil
    }
  }

  /// The options by the names of the parameters that they become.
  private static let options: [String: String] = {
    let names = [
      "start", "end", "days", "domain", "by", "per-day", "sort", "limit", "timezone", "state",
      "since", "note", "language", "log-timezone", "year",
    ]
    let pairs = names.map { ($0, "--\($0)") } + [("recipients", "--to")]
    return Dictionary(uniqueKeysWithValues: pairs)
  }()
}
