import Foundation
import HTTPTypes
import MailLog

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
  }

  private let members: [String: Value]
  /// The values as problems show them: text as it is, the rest as it is written.
  private let shown: [String: String]

  init(_ body: [UInt8], _ known: [String]) throws(Problem) {
    // null stands for a member that is left out. Only what is no UTF-8 holds a zero.
    guard !body.contains(0),
      let decoded = try? JSONDecoder().decode([String: Value?].self, from: Data(body))
    else { throw Problem(.badRequest, "bad-body", "the body must be a JSON object") }
    var shown: [String: String] = [:]
    for (name, value) in WrittenMembers(of: body).all {
      let (name, text) = (Self.text(name), String(Self.text(value).prefix(200)))
      guard known.contains(name) else { throw .unknownParameter(name, text, known) }
      guard shown.updateValue(text, forKey: name) == nil else {
        throw .badParameter(name, text, "given once")
      }
    }
    self.shown = shown
    members = decoded.compactMapValues { $0 }
  }

  /// What a JSON text says; anything else as it is written.
  private static func text(_ json: ArraySlice<UInt8>) -> String {
    (try? JSONDecoder().decode(String.self, from: Data(json)))
      ?? String(decoding: json, as: UTF8.self)
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func text(_ name: String, least: Int = 1, most limit: Int) throws(Problem) -> String {
    guard case .text(let text) = members[name], text.utf8.count >= least,
      Self.isText(text, most: limit)
    else {
      let size = least > 0 ? "\(least) to \(limit)" : "at most \(limit)"
      throw bad(name, "text of \(size) bytes, none of them a control character")
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
    .badParameter(name, has(name) ? shown[name] ?? "" : nil, allowed)
  }

  private static func isText(_ text: String, most limit: Int) -> Bool {
    text.utf8.count <= limit && !text.hasControls
  }
}
