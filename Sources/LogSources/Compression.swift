/// A compression that is read, told by the first bytes of a file and not by its name.
package enum Compression: String, CaseIterable, Sendable {
  case gzip
  case bzip2
  case xz
  case zstd
}

/// What the first bytes of a file say about its compression.
enum Signature: Equatable {
  case compressed(Compression)
  case plain
  /// The bytes are the start of a signature: more are needed.
  case undecided
}

extension Signature {
  /// Judges `head`, the first bytes of a file; `isWhole` if the file has no more.
  init(head: some Collection<UInt8>, isWhole: Bool) {
    self = .plain
    for (compression, signature) in Self.signatures {
      let known = zip(head, signature).prefix { $0 == $1 }.count
      if known == signature.count {
        self = .compressed(compression)
        return
      }
      guard known == head.count else { continue }
      self = isWhole ? Self.cutOff(head, compression) : .undecided
      return
    }
  }

  /// A text may be as short as "BZ"; what no text holds is the start of an archive.
  private static func cutOff(
    _ head: some Collection<UInt8>,
    _ compression: Compression
  ) -> Signature {
    let isText = head.count < 4 && head.allSatisfy { (0x20...0x7e).contains($0) }
    return isText ? .plain : .compressed(compression)
  }

  /// RFC 1952 2.3.1; the first block's or the end's magic number of bzip2, for each block size;
  /// xz-file-format 2.1.1.1; RFC 8878 3.1.1 and, for skippable frames, 3.1.2.
  private static let signatures: [(Compression, [UInt8])] = {
    var list: [(Compression, [UInt8])] = [
      (.gzip, [0x1f, 0x8b]),
      (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
      (.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
    ]
    for variant in UInt8(0x50)...0x5f {
      list.append((.zstd, [variant, 0x2a, 0x4d, 0x18]))
    }
    for size in UInt8(ascii: "1")...UInt8(ascii: "9") {
      let start = Array("BZh".utf8) + [size]
      list.append((.bzip2, start + bzip2Block))
      list.append((.bzip2, start + bzip2End))
    }
    return list
  }()

  private static let bzip2Block: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
  private static let bzip2End: [UInt8] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]
}
