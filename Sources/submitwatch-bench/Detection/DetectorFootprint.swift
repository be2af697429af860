import Detection
import Foundation
import MailLog

/// The memory of the detector.
enum DetectorFootprint {
  /// Adds accounts that send once, then makes them busy; the bytes that each of them then takes.
  static func measure(accounts: Int) throws -> (usual: Double, busy: Double) {
    var names = NameTable(seed: 1)
    for number in 0..<accounts { _ = names.intern("sender\(number)@example.org") }
    var settings = DetectionSettings()
    settings.accountLimit = accounts
    var detector = SpikeDetector(settings, zone: .utc)
    let empty = try residentBytes()
    send(accounts, day: 0, &detector, names)
    let usual = try residentBytes()
    // A busy day, and the next one, which makes the account one of the busy.
    send(accounts, day: 1, recipients: 40, &detector, names)
    send(accounts, day: 2, &detector, names)
    let busy = try residentBytes()
    return (Double(usual - empty) / Double(accounts), Double(busy - empty) / Double(accounts))
  }

  private static func send(
    _ accounts: Int,
    day: Int,
    recipients: UInt32 = 1,
    _ detector: inout SpikeDetector,
    _ names: borrowing NameTable
  ) {
    let nothing: [UInt8] = []
    for number in 0..<accounts {
      let seconds =
        DetectionTrial.beginning.seconds + Int64(day * 86_400 + number * 80_000 / accounts)
      let submission = Submission(
        time: Timestamp(seconds: seconds),
        stamp: .zero,
        host: HostKey(hash: 1),
        account: NameTable.ID(number + 1),
        sender: NameTable.ID(number + 1),
        client: ClientAddress(ipv4: 0xc000_0201),
        recipients: recipients
      )
      detector.observe(submission, names, in: nothing.span, at: -1)
    }
  }

  /// The process's memory, proc(5).
  private static func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}
