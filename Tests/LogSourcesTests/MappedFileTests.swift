import Foundation
import LogSources
import Testing
import TestSupport

/// Files of the file system, which are mapped; `LineBlockReaderTests` has what is read.
struct MappedFileTests {
  private let folder = try? TemporaryFolder()

  /// The lines of a file, in blocks of `blockSize`, and how many were dropped.
  private func lines(
    of path: String,
    blockSize: Int = 256 * 1024,
    limit: Int = 64 * 1024,
    between: () throws -> Void = {}
  ) throws -> (text: [UInt8], dropped: Int) {
    var reader = LineBlockReader(
      input: try LogInput.open(path: path),
      blockSize: blockSize,
      lineLimit: limit
    )
    var block = LineBlock()
    var text: [UInt8] = []
    var dropped = 0
    while try reader.next(into: &block) {
      #expect(block.offset == Int64(text.count) + block.droppedBytes)
      unsafe block.bytes.withUnsafeBufferPointer { unsafe text += $0 }
      try block.check()
      dropped += block.droppedLines
      try between()
    }
    return (text, dropped)
  }

  @Test(arguments: [1, 4095, 4096, 4097, 100_000, 9_000_000])
  func `a file is read whole over the borders of windows`(size: Int) throws {
    let path = try #require(folder).path("mail.log")
    let line = Array("0123456789 a line of forty bytes or so\n".utf8)
    let text = Array(repeatElement(line, count: size / line.count + 1).joined().prefix(size))
    try Data(text).write(to: URL(filePath: path))
    for blockSize in [5000, 256 * 1024] {
      let found = try lines(of: path, blockSize: blockSize)
      #expect(found.text == text)
      #expect(found.dropped == 0)
    }
  }

  @Test func `a line over the limit is dropped, however many windows it fills`() throws {
    let path = try #require(folder).path("mail.log")
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 9_000_000)
    let text = Array("first\n".utf8) + long + Array("\nlast\n".utf8)
    try Data(text).write(to: URL(filePath: path))
    var reader = LineBlockReader(input: try LogInput.open(path: path))
    var block = LineBlock()
    var texts: [String] = []
    var dropped = 0
    while try reader.next(into: &block) {
      texts.append(
        unsafe block.bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
      )
      dropped += block.droppedLines
    }
    #expect(texts == ["first\n", "last\n"])
    #expect(dropped == 1)
  }

  @Test func `what is written meanwhile is read`() throws {
    let path = try #require(folder).path("mail.log")
    try Data("one\n".utf8).write(to: URL(filePath: path))
    var toWrite = Array(repeatElement("more\n", count: 1_000_000).joined().utf8)
    let expected = Array("one\n".utf8) + toWrite
    let found = try lines(of: path) {
      guard !toWrite.isEmpty else { return }
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(toWrite))
      try file.close()
      toWrite = []
    }
    #expect(found.text == expected)
  }

  @Test func `a file that is cut short under the reader is an error, not the end of the program`()
    throws
  {
    let path = try #require(folder).path("mail.log")
    let line = Array("a line of a log\n".utf8)
    try Data(Array(repeatElement(line, count: 50_000).joined())).write(to: URL(filePath: path))
    var reader = LineBlockReader(input: try LogInput.open(path: path), blockSize: 16 * 1024)
    var block = LineBlock()
    #expect(try reader.next(into: &block))
    try block.check()
    let isCut = unsafe truncate(path, 0)
    #expect(isCut == 0)
    var error: LogSourceError?
    do throws(LogSourceError) {
      while try reader.next(into: &block) {
        for index in block.bytes.indices where block.bytes[index] > 127 { Issue.record("no text") }
        try block.check()
      }
    } catch let failure {
      error = failure
    }
    #expect(error?.code == .cutShort)
    #expect(error?.isDamage == true)
  }
}
