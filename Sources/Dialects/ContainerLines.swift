import MailLog

/// Joins the parts into which containers' logs cut long lines, per output stream.
struct ContainerLines: Sendable {
  struct Part: Sendable {
    var stream: [UInt8] = []
    var text: [UInt8] = []
    var stamp: LogStamp?
    /// The line's end.
    var isLast = false
  }

  enum Joined {
    case incomplete
    case tooLong
    case line([UInt8], LogStamp?)
  }

  private struct Open: Sendable {
    var text: [UInt8] = []
    var isTooLong = false
  }

  private var open = (output: Open(), errors: Open())

  mutating func join(_ part: Part) -> Joined {
    part.stream == Array("stderr".utf8)
      ? Self.join(part, to: &open.errors) : Self.join(part, to: &open.output)
  }

  private static func join(_ part: Part, to open: inout Open) -> Joined {
    if open.text.count + part.text.count > EnvelopeReader.lineLimit {
      open.isTooLong = true
      open.text = []
    } else {
      open.text += part.text
    }
    guard part.isLast else { return .incomplete }
    defer { open = Open() }
    return open.isTooLong ? .tooLong : .line(open.text, part.stamp)
  }

  static func stamp(_ text: [UInt8]) -> LogStamp? {
    var reader = StampReader()
    return reader.rfc3339(ByteScanner(text.span), from: 0, to: text.count)
  }
}

extension ContainerLines.Part {
  /// Reads `STAMP stdout F text` (Kubernetes' kuberuntime logs); `P` marks a part, tags follow it.
  init?(containerRuntimeLine line: [UInt8]) {
    // Nearly all lines are none such.
    var scanner = ByteScanner(line.span)
    guard let blank = scanner.index(of: UInt8(ascii: " ")) else { return nil }
    scanner.move(to: blank)
    guard scanner.sees(" std") else { return nil }
    let fields = line.split(
      separator: UInt8(ascii: " "),
      maxSplits: 3,
      omittingEmptySubsequences: false
    )
    guard fields.count == 4,
      ["stdout", "stderr"].contains(String(decoding: fields[1], as: UTF8.self)),
      // Further tags follow behind a colon.
      let tag = fields[2].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .first,
      tag.count == 1, tag.first == UInt8(ascii: "F") || tag.first == UInt8(ascii: "P"),
      let stamp = ContainerLines.stamp(Array(fields[0]))
    else { return nil }
    self.init(
      stream: Array(fields[1]),
      text: Array(fields[3]),
      stamp: stamp,
      isLast: tag.first == UInt8(ascii: "F")
    )
  }
}
