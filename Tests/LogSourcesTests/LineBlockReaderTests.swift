import Glibc
import LogSources
import Testing

/// A block as a value that can be compared.
private struct Block: Equatable {
  var text: [UInt8]
  var offset: Int64
  var droppedLines: Int
  var droppedBytes: Int64
  var endsWithoutNewline: Bool

  init(_ block: borrowing LineBlock) {
    text = unsafe block.bytes.withUnsafeBufferPointer { unsafe Array($0) }
    offset = block.offset
    droppedLines = block.droppedLines
    droppedBytes = block.droppedBytes
    endsWithoutNewline = block.endsWithoutNewline
  }
}

/// The lines with their newlines, those over the limit apart.
private func model(_ text: [UInt8], limit: Int) -> (kept: [UInt8], dropped: [ArraySlice<UInt8>]) {
  var kept: [UInt8] = []
  var dropped: [ArraySlice<UInt8>] = []
  var rest = text[...]
  while !rest.isEmpty {
    let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
    let line = rest[..<end]
    let length = line.last == UInt8(ascii: "\n") ? line.count - 1 : line.count
    if length > limit { dropped.append(line) } else { kept += line }
    rest = rest[end...]
  }
  return (kept, dropped)
}

struct LineBlockReaderTests {
  private let newline = UInt8(ascii: "\n")

  private func blocks(
    of text: [UInt8],
    chunk: Int = .max,
    blockSize: Int,
    limit: Int
  ) throws -> [Block] {
    let input = try ScriptedCalls(text, chunk: chunk).input()
    var reader = LineBlockReader(input: input, blockSize: blockSize, lineLimit: limit)
    var block = LineBlock()
    var result: [Block] = []
    while try reader.next(into: &block) { result.append(Block(block)) }
    return result
  }

  /// What must hold for the blocks of any text.
  private func check(_ text: [UInt8], chunk: Int = .max, blockSize: Int, limit: Int) throws {
    let found = try blocks(of: text, chunk: chunk, blockSize: blockSize, limit: limit)
    let expected = model(text, limit: limit)
    let droppedBytes = expected.dropped.map(\.count).reduce(0, +)
    var isRight = found.flatMap(\.text) == expected.kept
    isRight = isRight && found.map(\.droppedLines).reduce(0, +) == expected.dropped.count
    isRight = isRight && found.map(\.droppedBytes).reduce(0, +) == Int64(droppedBytes)
    var position: Int64 = 0
    for (index, block) in found.enumerated() {
      let start = Int(block.offset)
      let isLast = index == found.count - 1
      isRight = isRight && block.offset == position + block.droppedBytes
      isRight = isRight && Array(text[start..<start + block.text.count]) == block.text
      isRight = isRight && (!block.text.isEmpty || isLast && block.droppedLines > 0)
      let isCut = block.text.last.map { $0 != newline } ?? false
      isRight = isRight && block.endsWithoutNewline == isCut && (isLast || !isCut)
      position = block.offset + Int64(block.text.count)
    }
    #expect(isRight, "\(text), reads of \(chunk), blocks of \(blockSize), limit \(limit): \(found)")
  }

  @Test func `every small text is cut right, however it is read`() throws {
    for length in 0...7 {
      for pattern in 0..<(1 << length) {
        let text = (0..<length).map { pattern >> $0 & 1 == 0 ? UInt8(ascii: "a") : newline }
        for limit in 0...4 {
          for blockSize in 1...max(1, length) {
            try check(text, chunk: 1, blockSize: blockSize, limit: limit)
            try check(text, blockSize: blockSize, limit: limit)
          }
        }
      }
    }
  }

  @Test func `where the reads fall does not change the lines`() throws {
    let text = Array("one\n\nthree\r\nfour\n\n\nand a longer one\nlast".utf8)
    for blockSize in 1...text.count + 1 {
      for chunk in 1...text.count {
        try check(text, chunk: chunk, blockSize: blockSize, limit: 1000)
        try check(text, chunk: chunk, blockSize: blockSize, limit: 5)
      }
    }
  }

  @Test func `lines about as long as the limit are kept or dropped whole`() throws {
    for length in [65_535, 65_536, 65_537, 131_072, 262_144, 262_145, 1_000_000] {
      let line = [UInt8](repeating: UInt8(ascii: "x"), count: length)
      let short = Array("short\n".utf8)
      for text in [line, line + [newline], short + line, short + line + [newline] + short] {
        try check(text, blockSize: 256 * 1024, limit: 64 * 1024)
        try check(text + [newline] + text, blockSize: 1000, limit: 64 * 1024)
      }
    }
  }

  @Test func `an empty log has no block`() throws {
    #expect(try blocks(of: [], blockSize: 10, limit: 10).isEmpty)
  }

  @Test func `the last line may lack its newline`() throws {
    let found = try blocks(of: Array("one\ntwo".utf8), blockSize: 100, limit: 10)
    #expect(found.map(\.text) == [Array("one\n".utf8), Array("two".utf8)])
    #expect(found.map(\.endsWithoutNewline) == [false, true])
    #expect(found.map(\.offset) == [0, 4])
  }

  @Test func `a line that an error breaks off is not delivered, those before are`() throws {
    let calls = ScriptedCalls(Array("one\ntwo\nthree\n".utf8), chunk: 10)
    calls.kind = .stream
    calls.failures = [3: EIO]
    var reader = LineBlockReader(input: try calls.input())
    var block = LineBlock()
    #expect(try reader.next(into: &block))
    #expect(Block(block).text == Array("one\ntwo\n".utf8))
    for _ in 0..<2 {
      do throws(LogSourceError) {
        _ = try reader.next(into: &block)
        Issue.record("no error")
      } catch {
        #expect(error.code == .readFailed(errorNumber: EIO))
      }
    }
  }

  @Test func `two blocks can be filled in turn`() throws {
    let text = logText(lines: 300)
    var reader = LineBlockReader(input: try ScriptedCalls(text).input(), blockSize: 1000)
    var first = LineBlock()
    var second = LineBlock()
    var given: [UInt8] = []
    while try reader.next(into: &first), try reader.next(into: &second) {
      given += Block(first).text + Block(second).text
      first = LineBlock()
    }
    given += Block(first).text
    #expect(given == text)
  }
}
