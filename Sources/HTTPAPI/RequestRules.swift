import HTTPTypes
import MailLog

/// What a browser on the daemon's host must not be made to do by a foreign page.
struct RequestRules: Sendable {
  /// Host names, beside `localhost`, under which the daemon may be reached; lower case.
  private let hosts: Set<String>

  init(hosts: [String]) {
    self.hosts = Set(hosts.compactMap { Self.name($0)?.lowercased() })
  }

  /// Refuses names that point here only because somebody else's DNS says so.
  ///
  /// An HTTP/1.0 client may leave the field out: no browser does.
  func checkHost(_ host: String?) throws(Problem) {
    guard let host else { return }
    guard let name = Self.name(host)?.lowercased(),
      name == "localhost" || hosts.contains(name) || Self.isLoopback(name)
    else { throw .foreignHost(host) }
  }

  /// Refuses what a foreign page can make a browser post.
  func checkPost(_ request: HTTPRequest, contentType: String) throws(Problem) {
    try Self.checkPage(request)
    let given = request.headerFields[.contentType]?.split(separator: ";").first
    let type = given?.filter { $0 != " " && $0 != "\t" }.lowercased()
    guard type == contentType else { throw .unsupportedType(contentType) }
  }

  /// Refuses a post of a page that is not our own.
  static func checkPage(_ request: HTTPRequest) throws(Problem) {
    let fields = request.headerFields
    if let site = fields[.secFetchSite], site != "same-origin" {
      throw .forbidden("foreign-site", "a page of another site may not do this")
    }
    if let origin = fields[.origin] {
      let schemes = ["http://", "https://"].filter { origin.lowercased().hasPrefix($0) }
      let host = schemes.first.map { origin.dropFirst($0.count).lowercased() }
      guard let host, host == request.authority?.lowercased() else {
        throw .forbidden("foreign-origin", "a page of '\(origin)' may not do this")
      }
    }
  }

  /// The host without its port, and an IPv6 address without its brackets; nil: it is no host, or
  /// what stands behind it no port.
  private static func name(_ host: String) -> Substring? {
    let isAddress = host.hasPrefix("[")
    let name = isAddress ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
    var rest = host[name.endIndex...]
    if isAddress, rest.popFirst() == nil { return nil }
    let port = rest.hasPrefix(":") ? Parameter.integer(String(rest.dropFirst())) : nil
    let isWhole = rest.isEmpty || port.map((1...65_535).contains) == true
    return isAddress == name.contains(":") && !name.isEmpty && isWhole ? name : nil
  }

  private static func isLoopback(_ name: String) -> Bool {
    guard let address = ClientAddress(name) else { return false }
    if address.isIPv4 { return address.low >> 24 & 0xff == 127 }
    return address.high == 0 && address.low == 1
  }
}

extension HTTPField.Name {
  static let secFetchSite = Self.named("sec-fetch-site")
  static let link = Self.named("link")

  static func named(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else {
      preconditionFailure("\(name) is no field name")
    }
    return name
  }
}
