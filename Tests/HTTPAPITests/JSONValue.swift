import Foundation
import TestSupport
import Testing

/// A JSON value that tests can look into.
struct JSONValue {
  let value: Any

  init(_ value: Any) { self.value = value }

  init(_ response: RawResponse) throws {
    value = try JSONSerialization.jsonObject(with: Data(response.body))
  }

  /// A member; `null` where there is none.
  subscript(_ key: String) -> JSONValue { JSONValue(members[key] ?? NSNull()) }

  subscript(_ index: Int) -> JSONValue { JSONValue(items[index].value) }

  var members: [String: Any] { value as? [String: Any] ?? [:] }
  var items: [JSONValue] { (value as? [Any] ?? []).map { JSONValue($0) } }
  var text: String? { value as? String }
  var number: Int? { (value as? NSNumber)?.intValue }
  var isNull: Bool { value is NSNull }

  /// An object as text, to be compared.
  var sortedText: String {
    get throws {
      let data = try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
      return String(decoding: data, as: UTF8.self)
    }
  }
}
