import Foundation

/// The terms of a language, by their keys.
struct TermTable: Sendable {
  /// A term, perhaps another for the number one.
  struct Term: Sendable, Decodable {
    var one: String
    var many: String

    private enum Key: String, CodingKey {
      case one
      case many = "other"
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        (one, many) = (text, text)
        return
      }
      let forms = try decoder.container(keyedBy: Key.self)
      one = try forms.decode(String.self, forKey: .one)
      many = try forms.decode(String.self, forKey: .many)
    }
  }

  let terms: [String: Term]

  /// - Parameter json: a table of the sources; of anything else there are no terms.
  init(_ json: [UInt8]) {
    terms = (try? JSONDecoder().decode([String: Term].self, from: Data(json))) ?? [:]
  }
}
