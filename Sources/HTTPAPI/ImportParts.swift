import HTTPTypes
import MailLog

/// Takes the body of an import apart: one file, or several.
///
/// A body of several is made of parts, each of them a line of JSON and so many bytes as that says.
/// A part whose line has a name begins a file, one without goes on with it; so files can be sent
/// whose size nobody knows yet.
struct ImportParts: Sendable {
  private static let members: [Parameter] = [.fileName, .modified, .partSize]
  /// Twice what the longest name takes.
  private static let lineLimit = 16 * 1024

  /// Whether the body has parts.
  private let isSeveral: Bool
  private var pending: ArraySlice<UInt8> = []
  /// The first element of a body that is one file.
  private var start: ImportBody.Element?
  /// The line of the next part, as far as it came.
  private var line: [UInt8] = []
  /// How many bytes of the part are still to come.
  private var rest = 0
  private var files = 0

  init(_ items: QueryItems) throws(Problem) {
    isSeveral = items.has(.severalFiles)
    guard isSeveral else {
      start = .file(
        name: items[.fileName],
        modified: items[.modified].flatMap(Parameter.integer)
      )
      return
    }
    for parameter in [Parameter.fileName, .modified] {
      guard let value = items[parameter] else { continue }
      throw .badParameter(parameter.name, value, "a member of each file where there are several")
    }
  }

  /// More of the body; all of it was taken that came before.
  mutating func add(_ bytes: [UInt8]) {
    pending = bytes[...]
  }

  /// The next element of what came so far; nil: there is none.
  mutating func next() throws(Problem) -> ImportBody.Element? {
    if let first = start {
      start = nil
      return first
    }
    guard isSeveral else { return take(pending.count) }
    while !pending.isEmpty {
      if rest > 0 {
        let count = min(rest, pending.count)
        rest -= count
        return take(count)
      }
      if let file = try takeLine() { return file }
    }
    return nil
  }

  /// The body has ended.
  func finish() throws(Problem) {
    guard rest == 0 else { throw bad("it ends \(rest) bytes early") }
    guard line.isEmpty else { throw bad("its line does not end") }
  }

  private mutating func take(_ count: Int) -> ImportBody.Element? {
    guard count > 0 else { return nil }
    defer { pending = pending.dropFirst(count) }
    return .bytes(Array(pending.prefix(count)))
  }

  /// Takes the line of a part, or as much of it as there is; returns the file that begins with it.
  private mutating func takeLine() throws(Problem) -> ImportBody.Element? {
    let end = pending.firstIndex(of: UInt8(ascii: "\n"))
    line += pending[..<(end ?? pending.endIndex)]
    pending = pending[(end.map { $0 + 1 } ?? pending.endIndex)...]
    guard line.count <= Self.lineLimit else { throw bad("its line is longer than 16 KiB") }
    guard end != nil else { return nil }
    defer { line = [] }
    let items: QueryItems
    do {
      items = try BodyMembers(line, Self.members.map(\.name)).items(Self.members)
    } catch {
      throw bad(error.code == "bad-body" ? "its line must be a JSON object" : error.detail)
    }
    guard let size = items[.partSize].flatMap(Parameter.integer) else {
      throw bad("bytes is missing: it must be \(Parameter.partSize.allowed)")
    }
    rest = size
    guard let name = items[.fileName] else {
      guard files > 0 else { throw bad("name is missing: a file begins with it") }
      return nil
    }
    files += 1
    return .file(name: name, modified: items[.modified].flatMap(Parameter.integer))
  }

  private func bad(_ detail: String) -> Problem {
    Problem(.badRequest, "bad-body", "a part of file \(max(1, files)) is wrong: \(detail)")
  }
}

extension Parameter {
  fileprivate static let partSize = Parameter(
    name: "bytes",
    kind: .integer(0...1 << 50),
    summary: "How many bytes of the file follow the line."
  )
}
