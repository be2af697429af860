/// Makes queue IDs as Postfix does.
///
/// Source: postfix src/global/mail_queue.h: long IDs are seconds and microseconds in base 52, `z`
/// and the inode in base 51; short ones are microseconds and inode in hexadecimal.
struct QueueIDSource {
  private let isShort: Bool
  private var nextInode = 0x2_A41C
  private var freeInodes: [Int] = []

  init(isShort: Bool) {
    self.isShort = isShort
  }

  /// An ID for a message that came by SMTP.
  ///
  /// A short ID may be one of an earlier message: its inode is used again at once, as a file
  /// system would, and time is taken in steps of 8 ms, so that this happens often enough to test.
  mutating func make(at time: Int64) -> QueueID {
    guard isShort, let inode = freeInodes.popLast() else { return makeUnique(at: time) }
    return short(time, inode)
  }

  /// An ID that no other message ever has.
  mutating func makeUnique(at time: Int64) -> QueueID {
    nextInode += 1
    return isShort ? short(time, nextInode) : long(time, nextInode)
  }

  /// Frees the inode of a message whose file is gone.
  mutating func release(_ id: QueueID) {
    guard isShort else { return }
    freeInodes.append(id.inode)
  }

  private func short(_ time: Int64, _ inode: Int) -> QueueID {
    let microsecond = Int(time % 1_000_000) / 8192 * 8192
    var text = Self.hexadecimal.digits(of: microsecond, radix: 16, width: 5)
    text += Self.hexadecimal.digits(of: inode, radix: 16)
    return QueueID(text: text, inode: inode)
  }

  private func long(_ time: Int64, _ inode: Int) -> QueueID {
    let (second, microsecond) = Int(time).quotientAndRemainder(dividingBy: 1_000_000)
    var text = Self.safe.digits(of: second, radix: 52, width: 6)
    text += Self.safe.digits(of: microsecond, radix: 52, width: 4)
    text.append(UInt8(ascii: "z"))
    text += Self.safe.digits(of: inode, radix: 51)
    return QueueID(text: text, inode: inode)
  }

  private static let hexadecimal = Alphabet("0123456789ABCDEF")
  private static let safe = Alphabet("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz")
}

/// The digits that a queue ID's numbers are written with.
private struct Alphabet {
  private let characters: [UInt8]

  init(_ characters: String) {
    self.characters = Array(characters.utf8)
  }

  func digits(of number: Int, radix: Int, width: Int = 1) -> [UInt8] {
    var reversed: [UInt8] = []
    var rest = number
    while rest > 0 || reversed.count < width {
      reversed.append(characters[rest % radix])
      rest /= radix
    }
    return reversed.reversed()
  }
}

/// A queue ID as it stands in the log, and the inode it was made from.
struct QueueID {
  let text: [UInt8]
  let inode: Int
}
