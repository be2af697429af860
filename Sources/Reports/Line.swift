package import MailLog

/// Whether text for people has colours.
package enum Style: Sendable {
  case plain, ansi
}

/// What a piece of text means, for the eye.
package enum Tone: Equatable, Sendable {
  case normal, bold, dim, warning
  /// A share of nothing: dim, and left out where each value has a line.
  case zero
  case tls(TLSVersion)

  /// The parameters of the terminal's SGR sequence (ECMA-48, 8.3.117).
  var code: String? {
    switch self {
    case .normal: nil
    case .bold: "1"
    case .dim, .zero, .tls(.unknown): "2"
    case .warning: "1;33"
    case .tls(.tls13): "32"
    case .tls(.tls12): "36"
    case .tls(.tls11): "33"
    case .tls(.tls10): "35"
    case .tls(.ssl3): "31"
    case .tls(.none): "1;31"
    }
  }
}

/// A piece of a line, in one tone.
package struct Piece: Equatable, Sendable {
  package var text: String
  package var tone: Tone

  package init(_ text: String, _ tone: Tone = .normal) {
    self.text = text
    self.tone = tone
  }

  package var width: Int { TerminalText.width(text) }
}

/// A line of text for people.
package struct Line: Equatable, Sendable {
  package private(set) var pieces: [Piece]
  package private(set) var width: Int

  package init(_ pieces: [Piece] = []) {
    self.pieces = pieces
    width = pieces.reduce(0) { $0 + $1.width }
  }

  package init(_ text: String, _ tone: Tone = .normal) {
    self.init([Piece(text, tone)])
  }

  package mutating func append(_ piece: Piece) {
    pieces.append(piece)
    width += piece.width
  }

  package mutating func append(_ line: Line) {
    pieces += line.pieces
    width += line.width
  }

  /// Adds spaces up to `width` columns.
  package mutating func pad(to width: Int) {
    if width > self.width { append(Piece(String(repeating: " ", count: width - self.width))) }
  }

  /// The line in at most `limit` columns.
  package func cut(to limit: Int) -> Line {
    guard width > limit else { return self }
    var result = Line()
    for piece in pieces {
      let room = limit - result.width
      // Where nothing is left for the next piece, the `…` takes the last column of this one.
      let isLast = piece.width >= room
      let text = isLast ? TerminalText.cut(piece.text + " ", to: room) : piece.text
      result.append(Piece(text, piece.tone))
      if isLast { break }
    }
    return result
  }
}

extension Line {
  /// A paragraph in lines of `width` columns, the second and later ones indented.
  static func paragraph(_ text: String, _ tone: Tone, first: Piece, width: Int) -> [Line] {
    let indent = String(repeating: " ", count: first.width)
    let room = max(8, width - first.width)
    var lines: [Line] = []
    var line = Line([first])
    var used = 0
    for word in text.split(separator: " ") {
      let width = TerminalText.width(String(word))
      if used > 0, used + 1 + width > room {
        lines.append(line)
        line = Line(indent)
        used = 0
      }
      line.append(Piece((used > 0 ? " " : "") + word, tone))
      used += (used > 0 ? 1 : 0) + width
    }
    return lines + [line]
  }

  /// Two blocks side by side, the second from column `start` on.
  static func joined(_ left: [Line], _ right: [Line], at start: Int) -> [Line] {
    (0..<max(left.count, right.count)).map { index in
      var line = index < left.count ? left[index] : Line()
      guard index < right.count else { return line }
      line.pad(to: start)
      line.append(right[index])
      return line
    }
  }
}

/// Writes lines for people, none wider than the terminal.
package struct LineWriter {
  package var output: ByteWriter
  package let presentation: Presentation

  package init(_ presentation: Presentation, output: ByteWriter = ByteWriter()) {
    self.presentation = presentation
    self.output = output
  }

  package mutating func append(_ line: Line) {
    var pieces = (presentation.width.map { line.cut(to: $0) } ?? line).pieces
    while let last = pieces.last, last.text.allSatisfy({ $0 == " " }) { pieces.removeLast() }
    for piece in pieces {
      if presentation.style == .ansi, let code = piece.tone.code {
        output.append("\u{1b}[\(code)m\(piece.text)\u{1b}[0m")
      } else {
        output.append(piece.text)
      }
    }
    output.append(UInt8(ascii: "\n"))
    output.passBlock()
  }

  /// Writes a paragraph in lines that fit, the second and later ones indented.
  package mutating func append(paragraph text: String, tone: Tone = .normal, first: Piece) {
    let width = presentation.width ?? 100
    for line in Line.paragraph(text, tone, first: first, width: width) { append(line) }
  }
}
