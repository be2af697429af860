/// A server's certificate that is not trusted.
enum CertificateProblem {
  /// Why, and what to do about it.
  ///
  /// - Parameter details: what libcurl says, in the words of OpenSSL or of GnuTLS.
  /// - Returns: a sentence for people.
  static func text(_ details: String) -> String {
    let isOutOfTime = ["expir", "not yet valid", "activat"].contains(where: details.contains)
    let advice =
      if isOutOfTime {
        "renew it, or set the clock of this machine right"
      } else if details.contains("match") {
        "use the name that it is for in the address"
      } else {
        "let a known authority issue it, or name its own under ca-file"
      }
    return "the server's certificate cannot be verified (\(details)); \(advice)"
  }
}
