import Foundation
import Glibc
import Platform

/// An SMTP server on a loopback port that keeps what it takes, RFC 5321.
///
/// It serves as long as the process runs: what is to be sent may come after the test's last look.
package final class MailReceiver: Sendable {
  package struct Mail: Sendable {
    package var recipients: [String]
    /// As it came, without the dots that the protocol adds.
    package var text: String
  }

  private struct State: Sendable {
    var mails: [Mail] = []
    var replies: [String: String] = [:]
    var attempts = 0
    var extensions: [String] = []
    var refused: [String] = []
    var isSilent = false
    var swallowed = 0
    var patience = 0
  }

  /// What the threads work on; they hold no reference to the server.
  private final class Shared: Sendable {
    let state = Locked(State())
  }

  package let port: Int
  private let shared = Shared()

  package var url: String { "smtp://127.0.0.1:\(port)" }
  package var mails: [Mail] { shared.state.withLock { $0.mails } }
  /// How often somebody has named a recipient.
  package var attempts: Int { shared.state.withLock { $0.attempts } }

  /// How many mails it said nothing about, and how many of those who brought them waited for it
  /// all the same until it left.
  package var swallowed: (mails: Int, waited: Int) {
    shared.state.withLock { ($0.swallowed, $0.patience) }
  }

  /// The lines that it did not understand.
  package var refused: [String] { shared.state.withLock { $0.refused } }

  /// Says that it can do this, which it cannot.
  package func offer(_ extensions: String...) {
    shared.state.withLock { $0.extensions = extensions }
  }

  /// Says nothing any more once it has a mail, and keeps none.
  package func fallSilent(_ isSilent: Bool) { shared.state.withLock { $0.isSilent = isSilent } }

  /// Answers with this when a recipient is named, nil: takes it.
  package func answer(_ reply: String?, to recipient: String) {
    shared.state.withLock { $0.replies[recipient] = reply }
  }

  /// Listens on a port of the system's choice.
  package init() throws {
    let listener = try LoopbackListener()
    port = listener.port
    Thread.detachNewThread { [shared] in
      while true {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else { continue }
        Thread.detachNewThread { Self.serve(connection, shared) }
      }
    }
  }

  private static func serve(_ connection: Int32, _ shared: Shared) {
    guard let file = unsafe fdopen(connection, "r") else { return }
    defer { unsafe fclose(file) }
    func say(_ text: String) {
      let bytes = Array("\(text)\r\n".utf8)
      _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
    var recipients: [String] = []
    say("220 mail.example ESMTP")
    while let line = unsafe Self.line(file) {
      switch line.prefix(4).uppercased() {
      case "EHLO", "HELO":
        for one in shared.state.withLock({ $0.extensions }) { say("250-\(one)") }
        say("250 mail.example")
      case "MAIL":
        recipients = []
        say("250 ok")
      case "RCPT":
        let recipient = String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
        let reply = shared.state.withLock { state in
          state.attempts += 1
          return state.replies[recipient]
        }
        if reply == nil { recipients.append(recipient) }
        say(reply ?? "250 ok")
      case "DATA":
        say("354 go on")
        var text = ""
        while let line = unsafe Self.line(file), line != "." {
          text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
        }
        if shared.state.withLock({ $0.isSilent }) {
          return unsafe Self.wait(connection, file, shared)
        }
        shared.state.withLock { [recipients] state in
          state.mails.append(Mail(recipients: recipients, text: text))
        }
        say("250 taken")
      case "QUIT":
        say("221 bye")
        return
      default:
        shared.state.withLock { $0.refused.append(line) }
        say("500 what?")
      }
    }
  }

  /// Says nothing until the other side leaves.
  private static func wait(
    _ connection: Int32,
    _ file: UnsafeMutablePointer<FILE>,
    _ shared: Shared
  ) {
    shared.state.withLock { $0.swallowed += 1 }
    // Long: it only ends a test that fails.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    while unsafe line(file) != nil {}
    if unsafe ferror(file) != 0 { shared.state.withLock { $0.patience += 1 } }
  }

  /// A line without its end; nil: there are no more.
  private static func line(_ file: UnsafeMutablePointer<FILE>) -> String? {
    var buffer: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { unsafe free(buffer) }
    let count = unsafe getline(&buffer, &size, file)
    guard count >= 0, let start = unsafe buffer else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    return text.trimmingCharacters(in: .newlines)
  }
}

/// A socket that listens on a loopback port.
struct LoopbackListener: Sendable {
  let descriptor: Int32
  let port: Int

  /// Listens on a port, 0: one of the system's choice.
  init(port: Int = 0) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var on: Int32 = 1
    unsafe setsockopt(
      descriptor,
      SOL_SOCKET,
      SO_REUSEADDR,
      &on,
      socklen_t(MemoryLayout<Int32>.size)
    )
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (descriptor, length) = (descriptor, size)
    // Every address begins as a sockaddr does.
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.port = Int(UInt16(bigEndian: address.sin_port))
  }
}
