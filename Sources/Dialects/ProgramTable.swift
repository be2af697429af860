import MailLog

/// What is known of the host and program at the front of a line.
struct Program: Sendable {
  var host: HostKey
  /// A hash of host and program: the key of its processes.
  var key: UInt64
  var dialect: any Dialect.Type
  /// Whose dialect it is: Postfix' lines, which most are, go without the detour over the protocol.
  var server = MailServer.postfix
  var part: ServerPart
}

/// The programs that were seen last, found by the bytes of `host program`.
///
/// A fixed number of places, the newer program takes over: names in a log are endless.
struct ProgramTable: Sendable {
  /// The length of a tag, and all of its bytes up to the 32nd: four words that may overlap.
  ///
  /// Compared without a branch for the length: which program comes next nobody can predict.
  private struct Mark: Sendable {
    /// -1: the place is vacant.
    var length = -1
    var first: UInt64 = 0
    var second: UInt64 = 0
    var third: UInt64 = 0
    var last: UInt64 = 0

    init() {}

    /// The mark of the tag `start..<end`, which has at least eight bytes.
    @inline(__always) init(_ block: Span<UInt8>, from start: Int, to end: Int) {
      length = end &- start
      first = block.wordInside(start)
      second = block.wordInside(min(start &+ 8, end &- 8))
      third = block.wordInside(min(start &+ 16, end &- 8))
      last = block.wordInside(end &- 8)
    }

    /// Where the table looks for the tag.
    @inline(__always) var home: Int {
      let mixed = (first ^ last &* 0x9e37_79b9_7f4a_7c15) &* 0xff51_afd7_ed55_8ccd
      return Int(truncatingIfNeeded: mixed &>> 56)
    }

    @inline(__always) static func == (left: Mark, right: Mark) -> Bool {
      let differences =
        (left.first ^ right.first) | (left.second ^ right.second) | (left.third ^ right.third)
        | (left.last ^ right.last) | UInt64(bitPattern: Int64(left.length ^ right.length))
      return differences == 0
    }
  }

  /// Bounces are asked for.
  let readsBounces: Bool
  private var programs: [Program]
  private var marks: [Mark]
  /// The tags, `tagWords` words each: those of their bytes that make whole words.
  private var tags: [UInt64]
  private static let places = 256
  private static let tagWords = 12
  /// Other tags are classified anew each time.
  private static let lengths = 8...tagWords * 8

  init(readsBounces: Bool = false) {
    self.readsBounces = readsBounces
    let vacant = Program(
      host: HostKey(hash: 0),
      key: 0,
      dialect: allDialects[0],
      part: ServerPart()
    )
    programs = [Program](repeating: vacant, count: Self.places)
    marks = [Mark](repeating: Mark(), count: Self.places)
    tags = [UInt64](repeating: 0, count: Self.places * Self.tagWords)
  }

  subscript(place: Int) -> Program {
    @inline(__always) get { programs[place] }
  }

  /// The place of the program whose tag is `start..<end`; -1 if it was not seen lately.
  ///
  /// The block has eight bytes from `start` on, and eight in front of `end`.
  @inline(__always) func place(_ block: Span<UInt8>, from start: Int, to end: Int) -> Int {
    let mark = Mark(block, from: start, to: end)
    let place = mark.home
    guard marks[place] == mark else { return -1 }
    var offset = 24
    while offset &+ 8 < mark.length {
      guard block.wordInside(start &+ offset) == tags[place &* Self.tagWords &+ offset &>> 3]
      else { return -1 }
      offset &+= 8
    }
    return place
  }

  /// The program whose tag is `start..<end`; `hostEnd` is the blank behind the host.
  mutating func program(
    in block: Span<UInt8>,
    from start: Int,
    hostEnd: Int,
    to end: Int
  ) -> Program {
    let isKept = Self.lengths.contains(end - start)
    if isKept, case let known = place(block, from: start, to: end), known >= 0 {
      return programs[known]
    }
    let host = (start..<hostEnd).map { block[$0] }
    let name = (min(hostEnd + 1, end)..<end).map { block[$0] }
    let program = classified(host: host, name: name)
    if isKept, !Self.repeatsLines(name) { keep(program, tag: block.extracting(start..<end)) }
    return program
  }

  /// Whether the program says that the line before came again, whoever wrote that; it is never kept.
  ///
  /// FreeBSD's syslogd does under its own name: usr.sbin/syslogd/syslogd.c, fprintlog_successive.
  static func repeatsLines(_ program: [UInt8]) -> Bool {
    program.elementsEqual("syslogd".utf8) || program.elementsEqual("rsyslogd".utf8)
  }

  private mutating func keep(_ program: Program, tag: Span<UInt8>) {
    let mark = Mark(tag, from: 0, to: tag.count)
    let place = mark.home
    programs[place] = program
    marks[place] = mark
    for word in 0..<tag.count / 8 {
      tags[place * Self.tagWords + word] = tag.wordInside(word * 8)
    }
  }

  /// As `classify`, for whoever asks for bounces, or not.
  func classified(host: [UInt8], name: [UInt8]) -> Program {
    var program = Self.classify(host: host, name: name)
    program.part.choose(readsBounces: readsBounces)
    return program
  }

  static func classify(host: [UInt8], name: [UInt8]) -> Program {
    let (host, name) = LoggedPriority.removed(from: host, name)
    return classify(HostKey(name: host), name)
  }

  private static func classify(_ host: HostKey, _ name: [UInt8]) -> Program {
    var program = Program(
      host: host,
      key: ByteHash.mix(host.hash, ByteHash.stable(name.span)),
      dialect: allDialects[0],
      part: ServerPart(ignored: .otherProgram)
    )
    guard !name.isEmpty, !name.contains(UInt8(ascii: " ")) else {
      program.part = ServerPart(ignored: .noProgram)
      return program
    }
    let text = String(decoding: name, as: UTF8.self)
    for dialect in allDialects {
      guard let part = dialect.part(program: text) else { continue }
      program.dialect = dialect
      program.server = dialect.server
      program.part = part
      break
    }
    return program
  }

  /// A host's name as the front of a line lately had it, and the dialects that it speaks.
  func host(_ key: HostKey) -> (name: [UInt8], dialects: [any Dialect.Type])? {
    let places = programs.indices.filter { marks[$0].length >= 0 && programs[$0].host == key }
    guard let first = places.first else { return nil }
    let dialects = places.filter { programs[$0].part.ignored == nil }.map { programs[$0].dialect }
    let name = tag(first).prefix { $0 != UInt8(ascii: " ") }
    return (Array(name), dialects)
  }

  /// The bytes of a tag, put together from its words.
  private func tag(_ place: Int) -> [UInt8] {
    let length = marks[place].length
    return (0..<length).map { offset in
      let isInTags = offset < length & ~7
      let word = isInTags ? tags[place * Self.tagWords + offset / 8] : marks[place].last
      let shift = isInTags ? offset & 7 : offset - (length - 8)
      return UInt8(truncatingIfNeeded: word >> UInt64(shift * 8))
    }
  }
}
