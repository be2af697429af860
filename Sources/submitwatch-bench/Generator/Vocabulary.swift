/// Words to make up names from; the domains are those of RFC 2606.
enum Vocabulary {
  static let firstNames = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "karl",
    "lena", "mia", "nina", "oskar", "paula", "quentin", "rosa", "samuel", "tina", "ulrich",
    "vera", "walter", "xenia", "yusuf", "zoe", "anton", "berta", "clara", "dora", "emil",
    "fritz",
  ]
  static let lastNames = [
    "adler", "bakker", "castro", "dubois", "eriksen", "fischer", "garcia", "hansen", "ivanova",
    "jones", "kowalski", "lindberg", "moreau", "nielsen", "okafor", "peeters", "quist", "rossi",
    "schmidt", "tanaka", "ueda", "visser", "weber", "xu", "yilmaz", "zimmermann", "novak",
    "olsen", "petrov", "santos", "thomas", "vermeulen",
  ]
  static let places = [
    "north", "south", "river", "hill", "lake", "forest", "harbour", "meadow", "stone", "bridge",
    "orchard", "valley", "island", "garden", "castle", "field",
  ]
  static let trades = [
    "bakery", "school", "clinic", "works", "media", "legal", "travel", "books", "foundry",
    "design", "energy", "motors", "theatre", "sports", "farm", "labs",
  ]
  static let endings = [".example", ".example.org", ".example.com", ".example.net"]
  static let mechanisms = ["PLAIN", "PLAIN", "PLAIN", "LOGIN", "LOGIN", "CRAM-MD5", "XOAUTH2"]
  static let guessedLogins = [
    "admin", "test", "info", "user", "scanner", "postmaster", "sales", "backup", "root",
    "(unavailable)",
  ]
  static let deferralReasons = [
    "(connect to mx.slow.example[198.19.255.3]:25: Connection timed out)",
    "(host mx.busy.example[198.19.255.9] said: 451 4.7.1 Greylisted, try again in 300 seconds "
      + "(in reply to RCPT TO command))",
    "(host mx.full.example[198.19.255.17] refused to talk to me: 421 4.3.2 Too many connections)",
  ]

  /// The `index`th domain; each has a name of its own.
  static func domain(_ index: Int) -> String {
    let (series, word) = index.quotientAndRemainder(dividingBy: places.count * trades.count)
    let number = series == 0 ? "" : String(series)
    let ending = endings[Int(SplitMix64.mix(UInt64(index)) % UInt64(endings.count))]
    return "\(places[word % places.count])-\(trades[word / places.count])\(number)\(ending)"
  }

  /// The `index`th local part; each differs from all others.
  static func localPart(_ index: Int) -> String {
    let (series, name) = index.quotientAndRemainder(dividingBy: firstNames.count * lastNames.count)
    let separators = [".", ".", "_", "-"]
    let separator = separators[Int(SplitMix64.mix(UInt64(index)) % UInt64(separators.count))]
    let number = series == 0 ? "" : String(series)
    let last = lastNames[name / firstNames.count]
    return "\(firstNames[name % firstNames.count])\(separator)\(last)\(number)"
  }
}
