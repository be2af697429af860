import ArgumentParser
import Glibc

/// The bare loop that everything is compared with.
struct NewlinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "newlines",
    abstract: "Counts the newlines of a file: the bare loop that speed is compared with.",
    discussion: "Reads blocks of 256 KiB with read(2), searches them with memchr(3)."
  )

  @Argument(help: "The file to read.", completion: .file())
  var file: String

  func run() throws {
    print(try Self.newlineCount(of: file))
  }

  static func newlineCount(of path: String) throws(BenchError) -> Int {
    let file = try SystemFile(reading: path)
    var block = [UInt8](repeating: 0, count: 256 << 10)
    var newlineCount = 0
    while true {
      let byteCount = try file.read(into: &block)
      guard byteCount > 0 else { return newlineCount }
      newlineCount += unsafe block.withUnsafeBytes { buffer in
        unsafe newlines(in: UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
      }
    }
  }

  private static func newlines(in block: UnsafeRawBufferPointer) -> Int {
    guard let start = block.baseAddress else { return 0 }
    let end = unsafe start + block.count
    var position = unsafe UnsafeRawPointer(start)
    var count = 0
    // memchr looks at nothing beyond `end`, and finds nothing there.
    while unsafe position < end,
      let found = unsafe memchr(position, CInt(UInt8(ascii: "\n")), end - position)
    {
      count += 1
      unsafe position = UnsafeRawPointer(found) + 1
    }
    return count
  }
}
