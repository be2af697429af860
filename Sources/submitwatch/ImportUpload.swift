import LogSources
import MailLog
import Reports

/// The body of an import: logs as they are on disk, in the parts that `POST /v1/import?files` takes.
struct ImportUpload {
  private var inputs: ArraySlice<LogInput>
  /// Whether the daemon knows of the first of them.
  private var isBegun = false
  private var sentBefore: Int64 = 0

  init(_ inputs: [LogInput]) {
    self.inputs = inputs[...]
  }

  /// How many bytes of the logs are taken.
  var sent: Int64 { sentBefore + (inputs.first?.consumed ?? 0) }

  /// The daemon hears something that often, whatever a pipe has to wait for: it takes nobody for a
  /// client who sends nothing for half a minute.
  private static let silence: Int32 = 1000

  /// The next part, of so many bytes at most; nothing at the end.
  mutating func next(_ limit: Int) throws -> [UInt8] {
    while let input = inputs.first {
      guard input.isReady(within: Self.silence) else {
        defer { isBegun = true }
        return line(of: input, bytes: 0)
      }
      // No number has more digits than the limit.
      let room = limit - line(of: input, bytes: limit).count
      var bytes = [UInt8](repeating: 0, count: room)
      let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
      let isNews = count > 0 || !isBegun
      let line = line(of: input, bytes: count)
      isBegun = count > 0
      if count == 0 {
        sentBefore += input.consumed
        inputs.removeFirst()
      }
      if isNews { return line + bytes.prefix(count) }
    }
    return []
  }

  /// The line in front of the bytes; that of a file's first part names it.
  private func line(of input: LogInput, bytes count: Int) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      if !isBegun {
        json.member("name", escapedText(input.name.utf8))
        json.member("modified", input.modified.map { UInt64(max(0, $0.seconds)) })
      }
      json.member("bytes", count)
    }
    json.endLine()
    return json.output.bytes
  }
}
