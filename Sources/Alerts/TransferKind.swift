/// What a transfer speaks, and for how long.
enum TransferKind: CaseIterable {
  case web
  case mail

  /// The only schemes, as CURLOPT_PROTOCOLS_STR(3) names them.
  var protocols: String {
    switch self {
    case .web: "http,https"
    case .mail: "smtp,smtps"
    }
  }

  /// After this it is given up.
  func timeLimit(_ surroundings: SinkSurroundings) -> Duration {
    switch self {
    case .web: surroundings.timeLimit
    case .mail: surroundings.mailLimit
    }
  }

  /// How long connecting may take.
  ///
  /// To libcurl that is all that comes before a mail, too, and mail servers let others wait for
  /// their greeting on purpose, Sendmail's greet_pause for one: RFC 5321, section 4.5.3.2.1.
  func connectLimit(_ surroundings: SinkSurroundings) -> Duration {
    switch self {
    case .web: .seconds(5)
    case .mail: surroundings.mailLimit
    }
  }
}
