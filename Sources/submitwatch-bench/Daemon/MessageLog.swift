import Foundation

/// Writes the fewest lines that make messages of logged-in senders: login and acceptance.
struct MessageLog {
  static let linesPerMessage = 2

  private let file: FileHandle
  private var number = 0
  private(set) var lines = 0

  /// Appends to the file at `path`, which is made if it is not there.
  init(path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      try SystemFile.write([], to: path)
    }
    file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
  }

  /// A message for each row.
  mutating func append(_ made: MadeRows, until today: Date) throws {
    var block = Data()
    for day in 0..<MadeRows.days {
      let start = today.addingTimeInterval(Double(day - MadeRows.days + 1) * 86_400)
      let date = Self.date(start)
      for row in 0..<made.rowsOfDay {
        let second = row % 36_000
        let time =
          Self.two(second / 3600) + ":" + Self.two(second / 60 % 60) + ":"
          + Self.two(second % 60)
        let sender = made.sender(row, onDay: day)
        block.append(Data(message("\(date)T\(time).000001+00:00", sender: sender).utf8))
        if block.count > 1 << 20 {
          try file.write(contentsOf: block)
          block.removeAll(keepingCapacity: true)
        }
      }
    }
    try file.write(contentsOf: block)
  }

  /// One message now.
  mutating func append(at date: Date, sender: Int) throws {
    number += 1
    lines += Self.linesPerMessage
    try file.write(contentsOf: Data(Self.message(number: number, at: date, sender: sender)))
  }

  /// The lines of one message, which has a number of its own.
  static func message(number: Int, at date: Date, sender: Int) -> [UInt8] {
    let stamp = date.formatted(
      .iso8601.year().month().day().time(includingFractionalSeconds: false)
    )
    return Array(message(number, stamp + "Z", sender: sender).utf8)
  }

  private mutating func message(_ stamp: String, sender: Int) -> String {
    number += 1
    lines += Self.linesPerMessage
    return Self.message(number, stamp, sender: sender)
  }

  private static func message(_ number: Int, _ stamp: String, sender: Int) -> String {
    let name = "sender\(sender)@example.org"
    let id = String(0x1000_0000 + number, radix: 36).uppercased()
    return """
      \(stamp) mx1 postfix/submission/smtpd[\(100 + number % 50)]: \(id): client=unknown[192.0.2.\(sender % 250)], sasl_method=PLAIN, sasl_username=\(name)
      \(stamp) mx1 postfix/qmgr[90]: \(id): from=<\(name)>, size=1000, nrcpt=1 (queue active)

      """
  }

  private static func date(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day())
  }

  private static func two(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
