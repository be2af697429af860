import MailLog
import Testing

@testable import Dialects

/// `Mmm dd HH:MM:SS`, which is read eight bytes at a time.
struct YearlessStampTests {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The seconds from a leap year's start, by the letter of RFC 3164.
  private func seconds(_ stamp: String) -> Int64? {
    let bytes = Array(stamp.utf8)
    func number(_ range: Range<Int>, padded: Bool = false) -> Int? {
      let text = String(decoding: bytes[range], as: UTF8.self)
      let digits = padded && text.first == " " ? text.dropFirst() : text[...]
      guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return Int(digits)
    }
    guard bytes.count == 15, bytes[3] == 32, bytes[6] == 32, bytes[9] == 58, bytes[12] == 58,
      let month = Self.months.firstIndex(of: String(decoding: bytes[..<3], as: UTF8.self)),
      let day = number(4..<6, padded: true), let hour = number(7..<9),
      let minute = number(10..<12), let second = number(13..<15),
      let date = CivilDate(year: 2000, month: month + 1, day: day),
      let start = CivilDate(year: 2000, month: 1, day: 1),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = Int64(date.daysSince1970 - start.daysSince1970)
    return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  private func expectEqual(_ stamp: String, _ reader: inout StampReader) {
    let bytes = Array(stamp.utf8)
    let found = reader.rfc3164(bytes.span, at: 0)
    #expect(found?.value == seconds(stamp), "\(stamp)")
    #expect(found.map { $0.form == .yearless } ?? true)
  }

  private func padded(_ number: Int, with filler: String = "0") -> String {
    number < 10 ? "\(filler)\(number)" : "\(number)"
  }

  @Test(arguments: [" ", "0"])
  func `every day, and days that are none`(filler: String) {
    var reader = StampReader()
    for month in Self.months + ["jan", "Xyz", "No\u{1}"] {
      for day in 0...39 {
        expectEqual("\(month) \(padded(day, with: filler)) 23:59:60", &reader)
      }
    }
  }

  @Test func `every clock reading, and those that are none`() {
    var reader = StampReader()
    for hour in 0...30 {
      for minute in [0, 1, 9, 10, 59, 60, 99] {
        for second in [0, 9, 58, 59, 60, 61, 99] {
          let clock = "\(padded(hour)):\(padded(minute)):\(padded(second))"
          expectEqual("Nov 21 \(clock)", &reader)
        }
      }
    }
  }

  @Test func `a byte that is changed anywhere is never taken for another`() {
    var reader = StampReader()
    let stamp = Array("Feb 29 17:08:49".utf8)
    for place in stamp.indices {
      for byte in UInt8(0)...127 {
        var changed = stamp
        changed[place] = byte
        expectEqual(String(decoding: changed, as: UTF8.self), &reader)
        // The day before is remembered.
        expectEqual("Feb 28 00:00:00", &reader)
      }
    }
  }
}
