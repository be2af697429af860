import MailLog

/// An answer to a `ReportQuery` that can be written in any format.
package protocol Report: Sendable {
  static var view: ReportView { get }
  var query: ReportQuery { get }

  func writeTable(to lines: inout LineWriter)
  /// Writes the query's page; returns whether more rows follow it.
  @discardableResult func writeJSON(to json: inout JSONWriter) -> Bool
  @discardableResult func writeCSV(to output: inout ByteWriter) -> Bool
}

extension Report {
  /// Writes what every report's JSON has; `rest`: members behind the others.
  ///
  /// - Returns: what `rows` does: whether more rows follow those of the page.
  func writeJSON(
    to json: inout JSONWriter,
    total: (inout JSONWriter) -> Void,
    days: (inout JSONWriter) -> Void,
    rows: (inout JSONWriter) -> Bool,
    rest: (inout JSONWriter) -> Void = { _ in }
  ) -> Bool {
    var hasMore = false
    json.object { json in
      json.member("view", Self.view.rawValue)
      json.period(query)
      json.object("total", total)
      json.array("days", days)
      json.array("rows") { hasMore = rows(&$0) }
      json.member("next", orNull: query.nextCursor(Self.view, hasMore))
      rest(&json)
    }
    return hasMore
  }

  /// `name · 15 Nov – 21 Nov 2026 (Europe/Berlin)`, and the domain if only one is shown.
  func title(_ name: String) -> Line {
    var line = Line([Piece(name, .bold), Piece(" · \(DateText.period(query.start, query.end))")])
    line.append(Piece(" (\(plainText(query.zone.name)))", .dim))
    if let domain = query.domain {
      line.append(Piece(" · domain \(plainText(escapedText(unescapedBytes(domain))))"))
    }
    return line
  }
}

/// How and where text for people is shown.
package struct Presentation: Sendable {
  /// Where the figures come from: which commands can be recommended.
  package enum Origin: Sendable { case files, daemon }

  /// The columns of the terminal; nil: lines as long as they need to be.
  package var width: Int?
  package var style: Style
  package var origin: Origin
  /// The options that chose what is shown, for commands that are recommended: ` --days 30`.
  package var options = ""

  /// The widths that can be asked for.
  package static let widths = 20...1000

  package init(width: Int? = nil, style: Style = .plain, origin: Origin = .files) {
    self.width = width.map { max(Self.widths.lowerBound, $0) }
    self.style = style
    self.origin = origin
  }

  /// The command that shows another view of the same figures.
  func command(_ view: ReportView, _ more: String = "") -> String {
    let options = more + options
    return switch (origin, view) {
    case (.files, _): "submitwatch analyze --view \(view.rawValue)\(options) FILE…"
    case (.daemon, .volume), (.daemon, .tls): "submitwatch report \(view.rawValue)\(options)"
    case (.daemon, _): "submitwatch \(view.rawValue)\(options)"
    }
  }

  /// The command that shows the alerts.
  var alertsCommand: String {
    origin == .files ? "submitwatch analyze --view alerts\(options) FILE…" : "submitwatch alerts"
  }

  /// Takes over the options of a command, or of a question, that decide which figures there are.
  package mutating func repeatOptions(_ given: KeyValuePairs<String, String?>) {
    options = given.compactMap { name, value in value.map { " --\(name) \(quoted($0))" } }.joined()
  }

  /// A word for the shell, sh(1).
  private func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "-")...UInt8(ascii: ":") ~= byte || "+_".utf8.contains(byte)
    }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
