package import MailLog

/// An alert, and what the detector has to know of it later.
package struct AlertRecord: Sendable, Equatable {
  package var alert: Alert
  var account: NameTable.ID
  var group: AlertGroup
  /// It is listed, but not handed out.
  var isSilent: Bool
  /// When its figures were last handed out.
  var refreshed: Timestamp
  /// The account's records as they would be without the days of this alert.
  var without: [Float]
  /// What the days of this alert, taken whole, would make of the records.
  var whole: [Float]
  /// The version of the snapshot that it changed in last.
  var version: UInt32

  var isFiring: Bool { alert.state == .firing }

  /// Whether what is sent at a time is of the alert, though a verdict says that it is legitimate:
  /// that may be corrected.
  func isLegitimate(at time: Timestamp) -> Bool {
    alert.verdict == .legitimate && time.since(alert.started) < 2 * 86_400_000_000_000
  }

  /// Days of the account are over; `isCareful`: they had this alert.
  mutating func closeDays(_ days: Int, peaks: [Float], isCareful: Bool) {
    guard [without.count, whole.count] == [peaks.count, peaks.count] else { return }
    let fading = fading(days: days)
    for index in peaks.indices {
      if isCareful {
        whole[index] = max(whole[index], peaks[index])
      } else {
        without[index] = max(without[index], peaks[index])
      }
      whole[index] *= fading
      without[index] *= fading
    }
  }
}
