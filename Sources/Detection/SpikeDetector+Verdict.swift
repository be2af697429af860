package import MailLog

extension SpikeDetector {
  /// Takes what a person says of an alert.
  ///
  /// Legitimate: what was sent on its days is the account's record from now on, and the alert is
  /// over. Compromised: those days are left out of the record, and the networks that were new then
  /// are forgotten. The last verdict counts: another one takes back what the first made of the record.
  ///
  /// - Returns: the alert as it is now; nil: there is none with that id.
  package mutating func judge(_ verdict: AlertVerdict, on id: String) -> Alert? {
    guard let number = ledger.number(of: id) else { return nil }
    let record = ledger[number]
    if record.group == .rejections {
      if let place = rejections.place(of: record.account) {
        judge(verdict, record, rejections: place)
      }
    } else if let slot = states.place(of: record.account) {
      judge(verdict, record, account: slot)
    }
    ledger[number].alert.verdict = verdict
    ledger[number].version = version
    if verdict == .legitimate, record.isFiring {
      let end = max(record.alert.updated, Timestamp(nanoseconds: minute * 60_000_000_000))
      ledger.end(number, at: end, replacedBy: nil, version)
    }
    return ledger[number].alert
  }

  private mutating func judge(_ verdict: AlertVerdict, _ record: AlertRecord, account slot: Int) {
    states[slot].judge(verdict, record)
    if verdict == .compromised {
      let day = calendar.day(of: record.alert.started).daysSince1970
      states[slot].networks.forget(since: UInt16(truncatingIfNeeded: max(1, day)))
    }
    if let place = states[slot].rhythm {
      rhythms[place].excess = 0
      rhythms[place].hoursBusy = 0
    }
    states[slot].version = version
  }

  private mutating func judge(
    _ verdict: AlertVerdict,
    _ record: AlertRecord,
    rejections place: Int
  ) {
    rejections[place].judge(verdict, record)
    rejections[place].version = version
  }

  /// Gives up the alerts that were raised and over before a time.
  package mutating func drop(before time: Timestamp) {
    ledger.drop(before: time)
  }
}
