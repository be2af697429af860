/// The accounts, and the addresses that they send with.
///
/// Addresses are numbered: those of the accounts first, which are the logins too, then an alias
/// of each account, then one address of each domain that its accounts share.
struct Population {
  private static let accountsPerDomain = 20

  let accountCount: Int
  /// The accounts, from the busiest to the quietest.
  private var ranking: [Int]
  /// The share of mail that the accounts up to each rank send together (Zipf's law).
  private var shares: [Double]
  private var text: [UInt8] = []
  private var starts: [Int] = [0]

  init(accountCount: Int, random: inout SplitMix64) {
    self.accountCount = accountCount
    ranking = Array(0..<accountCount)
    for rank in ranking.indices.dropFirst() {
      ranking.swapAt(rank, random.below(rank + 1))
    }
    shares = Self.shares(of: accountCount)
    let domainCount = (accountCount - 1) / Self.accountsPerDomain + 1
    let domains = (0..<domainCount).map(Vocabulary.domain)
    for account in 0..<accountCount {
      let domain = domains[account / Self.accountsPerDomain]
      add("\(Vocabulary.localPart(account))@\(domain)")
    }
    for account in 0..<accountCount {
      let domain = domains[account / Self.accountsPerDomain]
      add("\(Vocabulary.localPart(account))+news@\(domain)")
    }
    for domain in domains {
      add("info@\(domain)")
    }
  }

  /// An account; the busiest come far more often than the others.
  func account(_ random: inout SplitMix64) -> Int {
    let share = random.fraction()
    var lower = 0
    var upper = accountCount - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if shares[middle] <= share {
        lower = middle + 1
      } else {
        upper = middle
      }
    }
    return ranking[lower]
  }

  /// The envelope sender that an account uses this time, mostly its own name.
  func sender(of account: Int, _ random: inout SplitMix64) -> Int {
    let habit = SplitMix64.mix(UInt64(account)) % 8
    if habit < 2, random.happens(permille: 150) { return accountCount + account }
    if habit % 4 == 1, random.happens(permille: 100) {
      return 2 * accountCount + account / Self.accountsPerDomain
    }
    return account
  }

  func address(_ index: Int) -> ArraySlice<UInt8> {
    text[starts[index]..<starts[index + 1]]
  }

  private mutating func add(_ address: String) {
    text.append(contentsOf: address.utf8)
    starts.append(text.count)
  }

  private static func shares(of accountCount: Int) -> [Double] {
    var sum = 0.0
    let sums = (0..<accountCount).map { rank in
      sum += 1 / Double(rank + 2)
      return sum
    }
    return sums.map { $0 / sum }
  }
}
