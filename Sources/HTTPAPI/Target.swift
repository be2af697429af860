import HTTPTypes

/// The parts of a request's target, RFC 9112, section 3.2.
struct Target {
  let host: String?
  let path: Substring
  /// What stands behind the `?`.
  let query: Substring

  init(_ head: HTTPRequest) {
    host = head.authority
    let target = head.path ?? "/"
    path = target.prefix { $0 != "?" }
    query = target.dropFirst(path.count + 1)
  }
}
