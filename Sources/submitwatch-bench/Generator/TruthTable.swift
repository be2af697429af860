/// The figures that a correct analysis of the log prints, day by day.
///
/// Days are recorded in order; a day is sorted and written when the next one begins.
struct TruthTable {
  static let header =
    "date,sender,domain,messages,none,ssl3,tls1.0,tls1.1,tls1.2,tls1.3,unknown\n"

  private(set) var csv = Array(header.utf8)
  private(set) var rowCount = 0
  private var day = 0
  private var rows: [Row] = []
  private var rowOfSender: [Int: Int] = [:]

  private struct Row {
    let sender: Int
    var messageCount = 0
    /// Messages by `TLSVersion`.
    var counts = SIMD8<UInt32>()
  }

  static func path(for log: String) -> String {
    "\(log).truth.csv"
  }

  mutating func record(day: Int, sender: Int, tls: TLSVersion, in population: Population) {
    if day != self.day {
      closeDay(population)
      self.day = day
    }
    let row: Int
    if let known = rowOfSender[sender] {
      row = known
    } else {
      row = rows.count
      rows.append(Row(sender: sender))
      rowOfSender[sender] = row
    }
    rows[row].messageCount += 1
    rows[row].counts[tls.rawValue] += 1
  }

  mutating func closeDay(_ population: Population) {
    rows.sort { left, right in
      if left.messageCount != right.messageCount { return left.messageCount > right.messageCount }
      let leftAddress = population.address(left.sender)
      return leftAddress.lexicographicallyPrecedes(population.address(right.sender))
    }
    let date = CalendarDay(daysSince1970: day)
    for row in rows {
      let address = population.address(row.sender)
      csv.append(number: date.year)
      csv.append(UInt8(ascii: "-"))
      csv.append(number: date.month, width: 2)
      csv.append(UInt8(ascii: "-"))
      csv.append(number: date.day, width: 2)
      csv.append(UInt8(ascii: ","))
      csv.append(contentsOf: address)
      csv.append(UInt8(ascii: ","))
      csv.append(contentsOf: address.drop { $0 != UInt8(ascii: "@") }.dropFirst())
      csv.append(UInt8(ascii: ","))
      csv.append(number: row.messageCount)
      for version in TLSVersion.none.rawValue...TLSVersion.unknown.rawValue {
        csv.append(UInt8(ascii: ","))
        csv.append(number: Int(row.counts[version]))
      }
      csv.append(UInt8(ascii: "\n"))
    }
    rowCount += rows.count
    rows.removeAll(keepingCapacity: true)
    rowOfSender.removeAll(keepingCapacity: true)
  }
}
