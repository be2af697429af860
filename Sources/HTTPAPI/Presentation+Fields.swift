import HTTPTypes
import Reports

extension Parameter {
  static let width = Parameter(
    name: "Submitwatch-Width",
    kind: .integer(Presentation.widths),
    summary: "Columns that a table has room for; default: as many as it needs."
  )
  static let color = Parameter(
    name: "Submitwatch-Color",
    kind: .choice(["0", "1"]),
    summary: "Whether a table has colours, as terminals understand them; default: 0."
  )

  /// Header fields of requests for a table.
  static let presentation = [width, color]

  /// The value of a header field; nil: there is none.
  fileprivate func value(in fields: HTTPFields) throws(Problem) -> String? {
    guard let name = HTTPField.Name(name), let value = fields[name] else { return nil }
    guard isValid(value) else { throw .badParameter(self.name, value, allowed) }
    return value
  }
}

extension Presentation {
  /// What the fields of a request say about the terminal that shows its answer, and its question's
  /// choice of days and domain.
  init(_ fields: HTTPFields, _ items: QueryItems) throws(Problem) {
    let width = try Parameter.width.value(in: fields)
    let hasColors = try Parameter.color.value(in: fields) == "1"
    self.init(
      width: width.flatMap(Parameter.integer),
      style: hasColors ? .ansi : .plain,
      origin: .daemon
    )
    repeatOptions([
      "start": items[.start], "end": items[.end], "days": items[.days], "domain": items[.domain],
    ])
  }

  /// The same text for the same presentation.
  var canonical: String { "\(width ?? 0) \(style)" }
}

extension Answer {
  /// A table for people.
  init(_ call: Call, table write: (inout LineWriter) -> Void) {
    var lines = LineWriter(call.presentation)
    write(&lines)
    self.init(call.mediaType.contentType, lines.output.bytes)
  }
}
