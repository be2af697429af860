import Foundation
import Glibc
import LogSources
import MailLog
import Platform
import TestSupport
import Testing

struct LogInputTests {
  private static let text = logText(lines: 1000)

  @Test func `a plain file gives its bytes, its size and its time`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.text, to: "mail.log")
    let time = Date(timeIntervalSince1970: 1_700_000_000.25)
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    let input = try LogInput.open(path: path)
    #expect(input.name == path)
    #expect(input.size == Int64(Self.text.count))
    #expect(input.modified == Timestamp(nanoseconds: 1_700_000_000_250_000_000))
    #expect(input.consumed == 0)
    #expect(readAll(input).bytes == Self.text)
    #expect(input.consumed == input.size)
    #expect(readAll(input).bytes.isEmpty)
  }

  @Test func `an empty file has no bytes`() throws {
    let result = readAll(try ScriptedCalls([]).input())
    #expect(result.bytes.isEmpty && result.error == nil)
  }

  @Test func `a pipe is read to its end`() throws {
    let pipe = Pipe()
    let input = try LogInput.open(path: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    let archive = try compressed(Self.text, by: .gzip)
    Thread.detachNewThread {
      pipe.fileHandleForWriting.write(Data(archive))
      try? pipe.fileHandleForWriting.close()
    }
    #expect(input.size == nil && input.modified == nil)
    #expect(try input.peek(20) == Array(Self.text.prefix(20)))
    #expect(readAll(input).bytes == Self.text)
    #expect(input.consumed == Int64(archive.count))
  }

  @Test func `standard input is neither opened nor closed`() throws {
    for kind in [FileStatus.Kind.regular, .stream] {
      let calls = ScriptedCalls(Self.text)
      calls.kind = kind
      do {
        let input = try calls.input(path: "-")
        #expect(input.name == "standard input")
        #expect(try input.peek(5) == Array(Self.text.prefix(5)))
        #expect(readAll(input).bytes == Self.text)
      }
      #expect(calls.opened.isEmpty && calls.closed.isEmpty)
    }
  }

  @Test func `a named pipe with a short text in it waits for no more`() throws {
    let calls = ScriptedCalls(Array("one\ntwo\n".utf8), chunk: 4)
    calls.kind = .stream
    var reader = LineBlockReader(input: try calls.input(path: "-"))
    var block = LineBlock()
    #expect(try reader.next(into: &block))
    #expect(block.bytes.count == 4)
  }

  @Test func `the bytes seen by peek are read all the same`() throws {
    for kind in [FileStatus.Kind.regular, .stream] {
      for chunk in [1, 1000, Int.max] {
        for bytes in [Self.text, try compressed(Self.text, by: .zstd)] {
          let calls = ScriptedCalls(bytes, chunk: chunk)
          calls.kind = kind
          let input = try calls.input()
          for count in [0, 1, 300, 20, 2000] {
            #expect(try input.peek(count) == Array(Self.text.prefix(count)))
          }
          #expect(readAll(input, bufferSize: 777).bytes == Self.text)
          #expect(try input.peek(1).isEmpty)
          #expect(calls.openCount == 0)
        }
      }
    }
  }

  @Test func `peek shows the next bytes once reading has begun`() throws {
    let input = try ScriptedCalls(Array("abcdef".utf8)).input()
    var buffer: [UInt8] = [0, 0]
    let count = try unsafe buffer.withUnsafeMutableBufferPointer {
      try unsafe input.read(into: UnsafeMutableRawBufferPointer($0))
    }
    #expect(count == 2)
    #expect(try input.peek(3) == Array("cde".utf8))
    #expect(readAll(input).bytes == Array("cdef".utf8))
  }

  @Test func `a log that is not being read holds no descriptor`() throws {
    let calls = ScriptedCalls(Self.text)
    let inputs = try (0..<100).map { _ in try calls.input() }
    for input in inputs { _ = try input.peek(100) }
    #expect(calls.openCount == 0)
    #expect(readAll(inputs[0]).bytes == Self.text)
    #expect(calls.openCount == 0)
  }

  @Test func `a file that took the place of another is not read`() throws {
    let calls = ScriptedCalls(Self.text)
    let input = try calls.input()
    _ = try input.peek(10)
    calls.identity.inode += 1
    #expect(readAll(input).error?.code == .replaced)
    #expect(calls.openCount == 0)
  }

  @Test(arguments: [("mail.log", [1, 3], 4), ("-", [0], 1)])
  func `an interrupted call is made again, whichever it is`(
    path: String,
    statusCalls: [Int],
    firstRead: Int
  ) throws {
    let whole = ScriptedCalls(Self.text, chunk: 5_000)
    _ = readAll(try whole.input(path: path))
    for call in 0..<whole.callCount where !statusCalls.contains(call) {
      for number in call < firstRead ? [EINTR] : [EINTR, EAGAIN] {
        let calls = ScriptedCalls(Self.text, chunk: 5_000)
        calls.failures = [call: number, call + 1: EINTR]
        let result = readAll(try calls.input(path: path))
        #expect(result.bytes == Self.text && result.error == nil, "call \(call)")
        #expect(calls.waits == (number == EAGAIN ? 1 : 0))
      }
    }
  }

  @Test func `all before a failed read is delivered, and the error stays`() throws {
    for bytes in [Self.text, try compressed(Self.text, by: .gzip)] {
      let whole = ScriptedCalls(bytes, chunk: 5_000)
      _ = readAll(try whole.input())
      for call in 0..<whole.callCount {
        let calls = ScriptedCalls(bytes, chunk: 5_000)
        calls.failures = [call: EIO]
        do throws(LogSourceError) {
          let input = try calls.input()
          let result = readAll(input)
          #expect(result.error != nil && Self.text.starts(with: result.bytes))
          #expect(bytes != Self.text || result.bytes.count == calls.delivered)
          #expect(readAll(input).error == result.error)
        } catch {
          #expect(call < 2)
        }
        #expect(calls.openCount == 0, "call \(call)")
      }
    }
  }

  @Test func `a text that ends in an error is shown as far as it goes`() throws {
    let calls = ScriptedCalls(Self.text, chunk: 10)
    calls.kind = .stream
    calls.failures = [4: EIO]
    let input = try calls.input()
    #expect(try input.peek(100) == Array(Self.text.prefix(20)))
    let result = readAll(input)
    #expect(result.bytes == Array(Self.text.prefix(20)))
    #expect(result.error?.code == .readFailed(errorNumber: EIO))
    #expect(throws: LogSourceError(.readFailed(errorNumber: EIO), path: "mail.log")) {
      try input.peek(1)
    }
  }
}
