import Glibc

/// A folder in `TMPDIR`, or else `/tmp`, which is removed with the files in it.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws(BenchError) {
    // getenv's text is copied at once; nothing here changes the environment.
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/submitwatch-bench.XXXXXX".utf8CString)
    // mkdtemp writes within the text, whose length it keeps.
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return false }
      return unsafe mkdtemp(start) != nil
    }
    guard isMade else {
      throw BenchError(code: .systemCall("mkdtemp", errno: errno), subject: parent)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in Self.names {
      SystemFile.remove("\(path)/\(name)")
    }
    _ = unsafe rmdir(path)
  }

  /// The path of a file in the folder.
  func file(_ name: Name) -> String {
    "\(path)/\(name.rawValue)"
  }

  enum Name: String, CaseIterable {
    case log = "mail.log"
    case beginning = "beginning.log"
    case output = "output"
    case callgrind = "callgrind.out"
    case export = "export"
    case journal = "mail.journal"
  }

  /// All that can be there, also after a generator that was broken off.
  private static var names: [String] {
    Name.allCases.map(\.rawValue) + [
      TruthTable.path(for: Name.log.rawValue), "\(Name.log.rawValue).partial",
    ]
  }
}
