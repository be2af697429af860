import Foundation
import HTTPTypes

/// The members of a JSON object, each of them known.
struct BodyMembers {
  /// What a member can be.
  enum Value: Decodable {
    case text(String)
    case integer(Int)
    case texts([String])
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let texts = try? value.decode([String].self) {
        self = .texts(texts)
      } else if (try? value.decode(Bool.self)) == nil, let number = try? value.decode(Int.self) {
        self = .integer(number)
      } else {
        self = .other
      }
    }

    /// As problems show it.
    var shown: String {
      switch self {
      case .text(let text): text
      case .integer(let number): String(number)
      case .texts(let texts): texts.joined(separator: ", ")
      case .other: ""
      }
    }
  }

  private let members: [String: Value]

  init(_ body: [UInt8], _ known: [String]) throws(Problem) {
    // null stands for a member that is left out.
    let decoded = try? JSONDecoder().decode([String: Value?].self, from: Data(body))
    guard let decoded else {
      throw Problem(.badRequest, "bad-body", "the body must be a JSON object")
    }
    for (name, value) in decoded where !known.contains(name) {
      throw .unknownParameter(name, value?.shown ?? "", known)
    }
    members = decoded.compactMapValues { $0 }
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func text(_ name: String, most limit: Int) throws(Problem) -> String {
    guard case .text(let text) = members[name], Self.isText(text, most: limit) else {
      throw bad(name, "text of at most \(limit) bytes, none of them a control character")
    }
    return text
  }

  /// One text or more, each of them different.
  func texts(_ name: String, most count: Int, bytes limit: Int) throws(Problem) -> [String] {
    guard case .texts(let texts) = members[name], (1...count).contains(texts.count),
      texts.allSatisfy({ !$0.isEmpty && Self.isText($0, most: limit) })
    else {
      throw bad(
        name,
        "a list of 1 to \(count) texts of at most \(limit) bytes, without control characters"
      )
    }
    return texts
  }

  /// The members that are parameters, as a query would have them.
  func items(_ parameters: [Parameter]) throws(Problem) -> QueryItems {
    var items: [(String, String)] = []
    for parameter in parameters {
      switch (members[parameter.name], parameter.kind) {
      case (nil, _): break
      case (.integer(let number), .integer): items.append((parameter.name, String(number)))
      case (.text(let text), .date), (.text(let text), .text), (.text(let text), .choice):
        items.append((parameter.name, text))
      default: throw bad(parameter.name, parameter.allowed)
      }
    }
    return try QueryItems(items, parameters)
  }

  private func bad(_ name: String, _ allowed: String) -> Problem {
    .badParameter(name, String((members[name]?.shown ?? "").prefix(200)), allowed)
  }

  private static func isText(_ text: String, most limit: Int) -> Bool {
    text.utf8.count <= limit && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
  }
}
