/// Why a line yields no event.
package enum PassedOver: UInt8, CaseIterable, Sendable {
  case blank
  case unknownFraming
  case impossibleDate
  case noProgram
  case otherProgram
  case delivery
  case otherMailProgram
  case notAboutSubmission
  case brokenJournalEntry
  case tooLong
  case foreignLine
  case cutOff

  /// One phrase for people, for the summary and `parse --explain`.
  package var explanation: String {
    switch self {
    case .blank: "an empty line"
    case .unknownFraming: "no known log format: the line does not start with a time stamp"
    case .impossibleDate: "its date or time does not exist"
    case .noProgram: "no program name follows the host"
    case .otherProgram: "written by a program that is no mail server known here"
    case .delivery: "delivery of a message to its recipients, not submission"
    case .otherMailProgram: "written by a part of the mail server that sees no submissions"
    case .notAboutSubmission: "a line of the mail server that says nothing about a submission"
    case .brokenJournalEntry: "a journal or container record without a message, or not well formed"
    case .tooLong: "longer than 64 KiB"
    case .foreignLine:
      "in qpsmtpd's own file, but not written by it: a client can write lines there"
    case .cutOff: "cut off in front of the login: perhaps a submission that is not counted"
    }
  }

  /// The key in JSON.
  package var label: String { "\(self)" }
}
