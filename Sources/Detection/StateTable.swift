import MailLog

/// What is kept of an account, stored where it changed.
protocol VersionedState: Sendable {
  /// The version of the snapshot that it changed in last.
  var version: UInt32 { get set }
}

/// The states of accounts, each at a place, in the order in which the accounts came.
struct StateTable<State: VersionedState>: Sendable {
  /// By account: the place of its state + 1; 0: it has none.
  private var numbers = PagedArray<UInt32>()
  private(set) var accounts = PagedArray<NameTable.ID>()
  private var states = PagedArray<State>()

  init() {}

  var count: Int { states.count }
  var indices: Range<Int> { states.indices }

  @inline(__always) subscript(place: Int) -> State {
    get { states[place] }
    _modify { yield &states[place] }
  }

  /// The place of the account's state; nil: it has none.
  @inline(__always) func place(of account: NameTable.ID) -> Int? {
    guard Int(account) < numbers.count else { return nil }
    let number = numbers[Int(account)]
    return number == 0 ? nil : Int(number) &- 1
  }

  /// The account's state; nil: it has none.
  func state(of account: NameTable.ID) -> State? { place(of: account).map { states[$0] } }

  /// Gives an account without a state its first one, and tells its place.
  @discardableResult mutating func add(_ state: State, of account: NameTable.ID) -> Int {
    while numbers.count <= Int(account) { numbers.append(0) }
    states.append(state)
    accounts.append(account)
    numbers[Int(account)] = UInt32(states.count)
    return states.count - 1
  }
}
