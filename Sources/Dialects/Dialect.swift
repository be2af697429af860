package import MailLog

/// How one mail server writes its log.
package protocol Dialect: Sendable {
  /// The mail server that writes so.
  static var server: MailServer { get }

  /// What its programs call themselves in a journal, where they do not log with the mail facility.
  static var identifiers: [String] { get }

  /// How the names of its units begin, besides these of `identifiers`.
  static var units: [String] { get }

  /// What part of the mail server the program is; nil if it is none of this mail server.
  ///
  /// Asked once per program name, not per line.
  static func part(program: String) -> ServerPart?

  /// Reads one message of a program that `part` accepted, from the scanner's position to its end.
  ///
  /// Pure: no state, no clock, no error. On success `event` has all but process, host and stamp.
  static func parse(
    _ message: ByteScanner,
    part: ServerPart,
    into event: inout MailEvent
  ) -> Verdict
}

extension Dialect {
  package static var units: [String] { [] }
}

/// What a dialect says of one line.
package enum Verdict: Sendable, Equatable {
  case event
  case passedOver(PassedOver)
}

/// A part of a mail server, with a meaning of its dialect's own.
package struct ServerPart: Sendable, Equatable {
  /// The dialect's own number for the part.
  package var role: UInt8
  /// Lines of this part never yield an event.
  package var ignored: PassedOver?
  /// The part speaks TLS from the first byte.
  package var isWrapped = false
  /// Its lines tell which messages bounce, and that is asked for.
  package var tellsBounces: Bool

  package init(
    role: UInt8 = 0,
    ignored: PassedOver? = nil,
    isWrapped: Bool = false,
    tellsBounces: Bool = false
  ) {
    self.role = role
    self.ignored = ignored
    self.isWrapped = isWrapped
    self.tellsBounces = tellsBounces
  }

  /// Reads lines of delivery only for whoever asks for bounces.
  mutating func choose(readsBounces: Bool) {
    guard tellsBounces else { return }
    tellsBounces = readsBounces
    if readsBounces, ignored == .delivery { ignored = nil }
  }
}

/// Every dialect, in the order of the servers.
package let allDialects: [any Dialect.Type] = [
  Postfix.self, Exim.self, Sendmail.self, OpenSMTPD.self, Dovecot.self, Courier.self, Qpsmtpd.self,
]
