import Glibc
import LogSources
import TestSupport
import Testing

struct CompressionTests {
  private static let text = logText(lines: 5000)

  @Test(arguments: Compression.allCases)
  func `a compressed file gives what was compressed, whatever its name`(
    compression: Compression
  ) throws {
    let archive = try compressed(Self.text, by: compression)
    let folder = try TemporaryFolder()
    let input = try LogInput.open(path: try folder.write(archive, to: "mail.log"))
    #expect(input.size == Int64(archive.count))
    let result = readAll(input)
    #expect(result.bytes == Self.text)
    #expect(result.error == nil)
    #expect(input.consumed == Int64(archive.count))
  }

  @Test(arguments: Compression.allCases)
  func `members that follow one another are all read`(compression: Compression) throws {
    let one = try compressed(Array("one\n".utf8), by: compression)
    let none = try compressed([], by: compression)
    let two = try compressed(Self.text, by: compression)
    let result = readAll(try ScriptedCalls(one + none + two + one).input())
    #expect(result.bytes == Array("one\n".utf8) + Self.text + Array("one\n".utf8))
    #expect(result.error == nil)
  }

  @Test(arguments: Compression.allCases)
  func `an archive of nothing is empty`(compression: Compression) throws {
    let none = try compressed([], by: compression)
    for archive in [none, none + none] {
      let result = readAll(try ScriptedCalls(archive).input())
      #expect(result.bytes.isEmpty)
      #expect(result.error == nil)
    }
  }

  @Test(arguments: Compression.allCases)
  func `where the reads fall does not change the text`(compression: Compression) throws {
    let text = logText(lines: 40)
    let archive = try compressed(text, by: compression)
    for chunk in [1, 2, 3, 7, 100, archive.count - 1] {
      for bufferSize in [1, 10, 100_000] {
        let input = try ScriptedCalls(archive, chunk: chunk).input()
        let result = readAll(input, bufferSize: bufferSize)
        #expect(result.bytes == text && result.error == nil, "\(chunk), \(bufferSize)")
      }
    }
  }

  @Test(arguments: Compression.allCases)
  func `an archive cut off anywhere gives the text's start, then says so`(
    compression: Compression
  ) throws {
    let text = logText(lines: 40)
    let archive = try compressed(text, by: compression)
    // Three letters are a text, not the start of a bzip2 file; so is one "(" for zstd.
    let shortest = [.bzip2: 4, .zstd: 2][compression, default: 1]
    for count in shortest..<archive.count {
      let result = readAll(try ScriptedCalls(Array(archive.prefix(count))).input())
      #expect(text.starts(with: result.bytes), "cut at \(count)")
      #expect(result.error?.code == .truncated(compression), "cut at \(count)")
    }
  }

  @Test(arguments: Compression.allCases)
  func `a second member cut off anywhere gives no less than the compression's own program`(
    compression: Compression
  ) throws {
    let text = logText(lines: 3)
    let one = try compressed(text, by: compression)
    let known = try countsOfCutArchives(one + one, by: compression)
    #expect(known.count == 2 * one.count - 1)
    for count in one.count + 1..<2 * one.count {
      let result = readAll(try ScriptedCalls(Array((one + one).prefix(count))).input())
      #expect((text + text).starts(with: result.bytes), "cut at \(count)")
      #expect(result.bytes.count >= max(text.count, known[count - 1]), "cut at \(count)")
      #expect(result.error?.code == .truncated(compression), "cut at \(count)")
    }
  }

  @Test(arguments: Compression.allCases)
  func `before an end or damage anywhere all that the compression's own program gives is delivered`(
    compression: Compression
  ) throws {
    let archive = try compressed(Self.text, by: compression)
    for place in stride(from: archive.count / 20, to: archive.count, by: archive.count / 10) {
      let cut = Array(archive.prefix(place))
      var damaged = archive
      damaged[place] ^= 0x10
      let expected: [([UInt8], LogSourceError.Code)] = [
        (cut, .truncated(compression)), (damaged, .damaged(compression)),
      ]
      for (bytes, code) in expected {
        let known = try output(of: compression.rawValue, ["-dc"], given: bytes)
        let result = readAll(try ScriptedCalls(bytes).input())
        #expect(known.status != 0)
        // gzip(1) also follows a distance to before the text's start, where zlib sees the damage.
        let goesOn = code == .damaged(.gzip) && known.bytes.starts(with: result.bytes)
        let isAll = goesOn || result.bytes.starts(with: known.bytes)
        #expect(isAll, "\(code) at \(place)")
        #expect(result.error?.code == code, "\(code) at \(place)")
      }
    }
  }

  @Test(arguments: Compression.allCases)
  func `a read that fails loses nothing of what was read before`(
    compression: Compression
  ) throws {
    let archive = try compressed(Self.text, by: compression)
    let chunk = archive.count / 3
    let cut = readAll(try ScriptedCalls(Array(archive.prefix(2 * chunk))).input())
    for bufferSize in [10, 100_000, 1_000_000] {
      let calls = ScriptedCalls(archive, chunk: chunk)
      // Opened to see what it is, and again to read; two chunks are read.
      calls.failures = [6: EIO]
      let result = readAll(try calls.input(), bufferSize: bufferSize)
      #expect(result.bytes == cut.bytes && !cut.bytes.isEmpty)
      #expect(result.error?.code == .readFailed(errorNumber: EIO))
    }
  }

  @Test(arguments: Compression.allCases)
  func `a changed byte anywhere changes no text without an error`(
    compression: Compression
  ) throws {
    let text = logText(lines: 40)
    let archive = try compressed(text, by: compression)
    // A change in the signature makes it a plain file.
    let signature = [.gzip: 2, .xz: 6, .zstd: 4][compression, default: 10]
    for index in signature..<archive.count {
      var damaged = archive
      damaged[index] ^= 0x04
      let result = readAll(try ScriptedCalls(damaged).input())
      #expect(result.error != nil || result.bytes == text, "changed at \(index)")
    }
  }

  @Test func `damage in the middle of a gzip file is told from a missing end`() throws {
    var archive = try compressed(Self.text, by: .gzip)
    archive[archive.count - 8] ^= 1
    let result = readAll(try ScriptedCalls(archive).input())
    #expect(result.bytes == Self.text)
    #expect(result.error?.code == .damaged(.gzip))
  }

  @Test(arguments: Compression.allCases)
  func `zeros behind a member are no damage, other bytes are`(compression: Compression) throws {
    let archive = try compressed(Self.text, by: compression)
    let zeros = [UInt8](repeating: 0, count: 200_000)
    let padded = readAll(try ScriptedCalls(archive + zeros + archive + [0]).input())
    #expect(padded.bytes == Self.text + Self.text && padded.error == nil)
    let followed = readAll(try ScriptedCalls(archive + Array("something else".utf8)).input())
    #expect(followed.bytes == Self.text && followed.error?.code == .damaged(compression))
  }

  @Test func `skippable frames of zstd are passed over`() throws {
    // RFC 8878 3.1.2: a magic number, the size in four bytes, then what is skipped.
    let skipped =
      [0x5a, 0x2a, 0x4d, 0x18, 0x40, 0x0d, 0x03, 0x00] + [UInt8](repeating: 1, count: 200_000)
    let archive = try compressed(Self.text, by: .zstd)
    let none = readAll(try ScriptedCalls(skipped).input())
    #expect(none.bytes.isEmpty && none.error == nil)
    let result = readAll(try ScriptedCalls(skipped + archive + skipped + archive).input())
    #expect(result.bytes == Self.text + Self.text && result.error == nil)
    let cut = readAll(try ScriptedCalls(archive + skipped.dropLast()).input())
    #expect(cut.bytes == Self.text && cut.error?.code == .truncated(.zstd))
  }

  @Test func `an archive that needs more memory than allowed is refused`() throws {
    let text = Array("one\n".utf8)
    let xz = try output(of: "xz", ["--lzma2=preset=0,dict=256MiB", "-c"], given: text).bytes
    #expect(readAll(try ScriptedCalls(xz).input()).error?.code == .tooLarge(.xz))
    // RFC 8878 3.1.1: a frame that asks for a window of 128 or 256 MiB, with one block, "one\n".
    for (window, error) in [(0x88, nil), (0x90, LogSourceError.Code.tooLarge(.zstd))] {
      let start = [0x28, 0xb5, 0x2f, 0xfd, 0x00, UInt8(window), 0x21, 0x00, 0x00]
      let result = readAll(try ScriptedCalls(start + text).input())
      #expect(result.error?.code == error && result.bytes == (error == nil ? text : []))
    }
  }

  @Test func `what is compressed twice is decompressed once`() throws {
    for compression in Compression.allCases {
      let once = try compressed(Array("one\n".utf8), by: compression)
      let twice = try compressed(once, by: compression)
      #expect(readAll(try ScriptedCalls(twice).input()).bytes == once)
    }
  }

  @Test func `a text that starts like an archive stays a text`() throws {
    for text in ["", "B", "BZ", "BZh", "BZh9 is a magic number\n", "P", "(", "\u{1f}x", "7zXZ"] {
      let bytes = Array(text.utf8)
      let result = readAll(try ScriptedCalls(bytes, chunk: 1).input())
      #expect(result.bytes == bytes && result.error == nil, "\(text)")
    }
  }
}
