import MailLog

/// The `Date` of responses, RFC 9110, section 6.6.1: a server without a clock sends none.
struct ResponseDate: Sendable {
  private let now: (@Sendable () -> Timestamp)?

  init(_ now: (@Sendable () -> Timestamp)?) {
    self.now = now
  }

  /// The present second; nil: nobody knows it.
  var text: String? { now.map { Self.text($0()) } }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`: IMF-fixdate, section 5.6.7.
  static func text(_ time: Timestamp) -> String {
    let civil = CivilTime(time, .utc)
    let (year, month, day) = civil.date.components
    let date = "\(digits(day, 2)) \(months[month - 1]) \(digits(year, 4))"
    return "\(weekdays[civil.date.weekday]), \(date) \(civil.clock) GMT"
  }
}
