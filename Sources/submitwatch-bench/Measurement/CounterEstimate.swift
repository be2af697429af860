/// The memory that the counters of an analysis may take, from the rows of its truth.
struct CounterEstimate {
  private static let bytesPerRow = 96
  private static let bytesPerName = 40

  private(set) var rowCount = 0
  private(set) var nameCount = 0
  private var nameByteCount = 0

  /// A row is 96 bytes with its index, a name its text and 40.
  var byteCount: Int {
    rowCount * Self.bytesPerRow + nameCount * Self.bytesPerName + nameByteCount
  }

  init(truth path: String) throws(BenchError) {
    var lines = try LineSequence(path)
    var names: Set<ArraySlice<UInt8>> = []
    _ = try lines.next()
    while let line = try lines.next() {
      rowCount += 1
      let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 2)
      guard fields.count == 3 else { throw BenchError(code: .outputUnreadable, subject: path) }
      names.insert(fields[1])
    }
    nameCount = names.count
    nameByteCount = names.reduce(0) { $0 + $1.count }
  }
}
