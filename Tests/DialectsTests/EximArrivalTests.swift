import TestSupport
import Testing

/// Lines of accepted messages as Exim writes them, whatever their senders put in.
struct EximArrivalTests {
  /// A line, and what is to be read from it.
  private struct Arrival {
    var line: String
    var hasLogin: Bool
  }

  /// What Exim's own fields look like, and what its addresses are made of.
  private static let fragments = [
    " P=esmtpsa", " P=esmtp", " A=plain:victim@example.org", " S=7", " id=", " T=", "\"", "\\",
    ") [6.6.6.6]", "(", ")", " for ", " from <", ">", "<", " H=(x) [6.6.6.6]", " U=x", "x", "y.z",
    " ", "@", " X=TLS1.0:C:256", " DN=", "C=a", "é", " K", " PRDR", "a b",
  ]

  private var numbers = SeededNumbers(1)

  private mutating func text(_ most: Int) -> String {
    (0..<numbers.below(most + 1)).map { _ in
      Self.fragments.randomElement(using: &numbers) ?? ""
    }.joined()
  }

  private mutating func isChosen(_ percent: Int) -> Bool {
    numbers.below(100) < percent
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
  }

  /// A word of a local part (RFC 5321, 4.1.2); Exim takes pairs outside of quotes, too.
  private mutating func word() -> String {
    if isChosen(30) { return ["a", "bob", "x1"].randomElement(using: &numbers) ?? "a" }
    if isChosen(50) { return Self.quoted(text(8)) }
    let text = text(8)
    return text.isEmpty
      ? "x" : text.map { #" "\()<>,;:@[]"#.contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }

  private mutating func address() -> String {
    let words = (0...numbers.below(3)).map { _ in word() }
    return words.joined(separator: ".") + "@evil.example"
  }

  /// `helo`: any text, as `helo_accept_junk_hosts` lets in.
  private mutating func arrival(helo: String) -> Arrival {
    let (hasLogin, usesTLS) = (isChosen(50), isChosen(50))
    let host = isChosen(50) ? "H=(\(helo)) [192.0.2.1]" : "H=mx.example (\(helo)) [192.0.2.1]:4044"
    var line = "2026-11-21 10:00:00 1xUs4B-000001-00 <= \(isChosen(90) ? address() : "<>") \(host)"
    line += " P=esmtp" + (usesTLS ? "s" : "") + (hasLogin ? "a" : "")
    if usesTLS { line += " X=TLS1.3:C:256 CV=no" }
    if hasLogin { line += " A=plain:mallory" }
    line += " S=900"
    if isChosen(20) { line += " RT=0.5s" }
    if isChosen(80) { line += " id=\(address())" }
    if isChosen(50) { line += " T=\(Self.quoted(text(10)))" }
    if isChosen(30) { line += " from <\(address())>" }
    if isChosen(50) { line += " for \(address()) \(address())" }
    return Arrival(line: line, hasLogin: hasLogin)
  }

  private func check(_ arrival: Arrival) {
    let events = Parsed(block: Array("\(arrival.line)\n".utf8)).events
    let names = events.map { "\($0.kind) \($0.name) \($0.client)" }
    let expected = arrival.hasLogin ? ["submitted mallory [192.0.2.1]"] : []
    #expect(names == expected, "\(arrival.line)")
  }

  @Test mutating func `no text of a sender's changes who sent the message`() {
    for _ in 0..<8000 { check(arrival(helo: "laptop")) }
  }

  @Test mutating func `nor does a HELO that may hold anything`() {
    for _ in 0..<8000 {
      var helo = text(10)
      // Certificates and idents may hold as much as it may: what begins like one can hide its own
      // sender's message or client, no more.
      while helo.contains(" U=") || helo.contains(" DN=") { helo = text(10) }
      check(arrival(helo: helo))
    }
  }
}
