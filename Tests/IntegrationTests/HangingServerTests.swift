import Foundation
import Glibc
import TestSupport
import Testing

/// A mail server that takes a mail and says nothing more, while the daemon is to do something else.
struct HangingServerTests {
  private let receiver: MailReceiver
  private let place: DaemonPlace

  init() throws {
    receiver = try MailReceiver()
    receiver.fallSilent(true)
    place = try DaemonPlace()
    try configure()
    try place.folder.write([], to: "mail.log")
    try AlertDeliveryTests.append(8, of: "thief@example.org", to: place)
  }

  private func configure(_ more: String = "") throws {
    try place.configure(
      """
      timezone: UTC
      detection:
        cap-per-ten-minutes: 5
      alerts:
        email:
          - to: [boss@example.org]
            server: \(receiver.url)
      \(more)
      """
    )
  }

  private func wait(for count: Int, _ daemon: RunningDaemon) throws {
    _ = try poll("mail \(count) is on its way", daemon.errors) {
      receiver.swallowed.mails == count ? true : nil
    }
  }

  @Test func `it holds neither a reload nor the end up, and the alert is told in the end`() throws {
    let manager = try NotifySocket(in: place.folder)
    let daemon = try place.start(
      "NOTIFY_SOCKET=\(manager.path)",
      "WATCHDOG_USEC=60000000"
    )
    try wait(for: 1, daemon)
    try configure("retention: 31")
    daemon.send(SIGHUP)
    try wait(for: 2, daemon)
    #expect(daemon.end(by: SIGTERM) == 0, "\(daemon.errors)")
    #expect(receiver.swallowed == (mails: 2, waited: 0))
    let told = manager.messages.map { $0.prefix { $0 != "\n" } }
    // The sign of life of a service comes from a thread of its own, before its READY=1 or behind it.
    let during = told.drop { $0 != "RELOADING=1" }.prefix { $0 != "STOPPING=1" }
    #expect(during.dropFirst().first == "WATCHDOG=1", "\(told)")
    #expect(during.contains("READY=1"))
    receiver.fallSilent(false)
    let second = try place.start()
    _ = try poll("it is told", second.errors) { receiver.mails.first }
    #expect(second.end(by: SIGTERM) == 0)
    #expect(receiver.mails.map(\.recipients) == [["boss@example.org"]])
  }
}

/// What a service manager listens on, sd_notify(3).
private final class NotifySocket {
  let path: String
  private let descriptor: Int32

  init(in folder: TemporaryFolder) throws {
    path = folder.path("notify")
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    // Every address begins as a sockaddr does.
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, size) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  /// All that was told and not yet taken.
  var messages: [String] {
    var all: [String] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return all }
      all.append(String(decoding: buffer.prefix(count), as: UTF8.self))
    }
  }
}
