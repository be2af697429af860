/// The mail servers whose logs are read; the numbers are stored.
public enum MailServer: UInt8, CaseIterable, BitwiseCopyable, Sendable {
  case postfix, exim, sendmail
  case openSMTPD
  case dovecot, courier, qpsmtpd

  /// As the `dialect` of `parse` has it.
  public var name: String {
    switch self {
    case .postfix: "postfix"
    case .exim: "exim"
    case .sendmail: "sendmail"
    case .openSMTPD: "opensmtpd"
    case .dovecot: "dovecot"
    case .courier: "courier"
    case .qpsmtpd: "qpsmtpd"
    }
  }

  /// nil: no server has that name.
  public init?(name: some StringProtocol) {
    guard let server = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = server
  }
}
