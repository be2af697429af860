package import MailLog

/// What is known of an account beyond its counts.
package struct AccountDetails: Sendable {
  /// A network that the account sent from lately, at one TLS version.
  package struct Client: Sendable {
    package var network: ClientAddress
    package var tls: TLSVersion
    package var cipher: String?
    package var first: Timestamp
    package var last: Timestamp

    package init(
      network: ClientAddress,
      tls: TLSVersion,
      cipher: String?,
      first: Timestamp,
      last: Timestamp
    ) {
      self.network = network
      self.tls = tls
      self.cipher = cipher
      self.first = first
      self.last = last
    }
  }

  package var clients: [Client]
  /// Messages by SASL mechanism.
  package var mechanisms: [String: UInt64]
  /// Messages that were refused or bounced.
  package var rejections: UInt64

  package init(clients: [Client], mechanisms: [String: UInt64], rejections: UInt64) {
    self.clients = clients
    self.mechanisms = mechanisms
    self.rejections = rejections
  }
}
