import Foundation

/// Accounts that begin to send all at once, in a log as Postfix writes it.
struct BurstLog {
  /// A new account may send so many messages in ten minutes: with the last one it is an alert.
  static let messages = 72
  /// Of more alerts in an hour nobody is told.
  private static let accountsPerHour = 90

  private let file: FileHandle
  /// The hour of the first accounts.
  private let first: Date
  private var number = 0

  /// Appends to the file at `path`, which is there; `end`: behind the last hour.
  init(path: String, until end: Date) throws {
    file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    let seconds = end.timeIntervalSince1970
    first = Date(timeIntervalSince1970: seconds - seconds.truncatingRemainder(dividingBy: 3600))
      .addingTimeInterval(-20 * 3600)
  }

  /// All messages of an account but the one that raises the alert.
  mutating func begin(_ account: Int) throws {
    var lines: [String] = []
    for index in 0..<Self.messages - 1 { lines += message(of: account, index) }
    try write(lines)
  }

  /// The message that raises the alert, behind messages of so many other accounts, up to the line
  /// that proves it.
  mutating func finish(_ account: Int, behind others: Int) throws {
    var lines: [String] = []
    for other in 0..<others { lines += message(of: 1_000_000 + other * 10 + account % 10, 0) }
    let last = message(of: account, Self.messages - 1)
    lines += last.prefix { !$0.contains("disconnect") }
    try write(lines)
  }

  private func write(_ lines: [String]) throws {
    try file.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// A session with one message, up to its delivery.
  private mutating func message(of account: Int, _ index: Int) -> [String] {
    number += 1
    let hour = account < 1_000_000 ? account / Self.accountsPerHour : 0
    let time = first.addingTimeInterval(Double(hour * 3600 + index * 4))
    let stamp =
      "\(time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false)))Z"
    let id = "4F\(String(1_000_000 + number, radix: 16))zABC"
    let name = "sender\(account)@example.org"
    let client = "unknown[192.0.2.\(account % 250)]"
    let server = "\(stamp) mx1 postfix/submission/smtpd[\(100 + number % 50)]:"
    return [
      "\(server) connect from \(client)",
      "\(server) Anonymous TLS connection established from \(client): TLSv1.3 with cipher"
        + " TLS_AES_256_GCM_SHA384 (256/256 bits)",
      "\(server) \(id): client=\(client), sasl_method=PLAIN, sasl_username=\(name)",
      "\(stamp) mx1 postfix/cleanup[80]: \(id): message-id=<\(number)@example.org>",
      "\(stamp) mx1 postfix/qmgr[90]: \(id): from=<\(name)>, size=1000, nrcpt=1 (queue active)",
      "\(server) disconnect from \(client) ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1"
        + " commands=8",
      "\(stamp) mx1 postfix/smtp[70]: \(id): to=<x@example.net>, relay=mx.example.net[198.51.100.1]:25,"
        + " delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
      "\(stamp) mx1 postfix/qmgr[90]: \(id): removed",
    ]
  }
}
