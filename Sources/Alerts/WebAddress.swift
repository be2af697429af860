import Settings

/// A web address in the configuration.
enum WebAddress {
  /// The address of a key that must be given, and where it stands.
  static func read(_ section: Section, _ key: String) -> (text: String, entry: Section.Entry)? {
    guard let entry = section.entry(key) else {
      section.reportMissing(key)
      return nil
    }
    guard let text = entry.text("a web address such as https://chat.example.org/hooks/abc", check)
    else { return nil }
    if authority(text)?.contains("@") == true, !isSafe(text) {
      entry.report("has a login that is readable on the way; use an address with https://")
    }
    let place = authority(text)?.split(separator: "@").last ?? ""
    if !Check.isPort(Check.splitPort(place).port) { entry.refuse(Check.portExpected) }
    return (text, entry)
  }

  static func check(_ text: String) -> String? {
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    let hasScheme = text.hasPrefix("https://") || text.hasPrefix("http://")
    return isPlain && hasScheme && host(text) != nil && text.utf8.count <= 4096 ? text : nil
  }

  /// Whether nobody can read along: encrypted, or on this machine.
  static func isSafe(_ url: String) -> Bool {
    url.hasPrefix("https://") || isLoopback(url)
  }

  /// Whether an address of any scheme is of this machine.
  static func isLoopback(_ url: String) -> Bool {
    ["localhost", "127.0.0.1", "[::1]"].contains(host(url))
  }

  private static func authority(_ url: String) -> Substring? {
    url.firstRange(of: "://").map { url[$0.upperBound...].prefix { !"/?#".contains($0) } }
  }

  private static func host(_ url: String) -> String? {
    guard let authority = authority(url) else { return nil }
    let host = authority.split(separator: "@").last ?? ""
    if host.hasPrefix("[") { return host.firstIndex(of: "]").map { String(host[...$0]) } }
    let name = host.prefix { $0 != ":" }
    return name.isEmpty ? nil : name.lowercased()
  }
}
