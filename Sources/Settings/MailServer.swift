/// The server that mails are handed to, and how to log in there.
package struct MailServer: Equatable, Sendable {
  /// `smtp://host:port`, or `smtps://` where TLS comes first.
  package var url = "smtp://localhost"
  package var user: String?
  package var password: Secret?
  /// Certificates of authorities; nil: the system's.
  package var authorities: String?

  package init() {}

  /// Reads the keys of it that a section has among its own.
  package init(_ section: Section) {
    section.text("server", "smtp://HOST[:PORT] or smtps://HOST[:PORT]", Self.check)
      .map { url = $0 }
    let place = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? ""
    if !Check.isPort(Check.splitPort(place).port) {
      section.entry("server")?.refuse(Check.portExpected)
    }
    user = section.text("user", "the name to log in with") { $0 }
    password = section.secret("password-file")
    authorities = section.authorities("ca-file")
    let (hasUser, hasPassword) = (section.has("user"), section.has("password-file"))
    if hasUser != hasPassword { section.reportMissing(hasUser ? "password-file" : "user") }
  }

  private static func check(_ text: String) -> String? {
    let schemes = ["smtp://", "smtps://"].filter { text.hasPrefix($0) }
    guard let scheme = schemes.first else { return nil }
    let place = text.dropFirst(scheme.count)
    let isPlace = place.utf8.allSatisfy { Check.isNamePart($0) || ":[]".utf8.contains($0) }
    return isPlace && !place.isEmpty && !place.hasPrefix(":") ? text : nil
  }
}
