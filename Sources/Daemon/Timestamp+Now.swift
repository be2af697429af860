import Foundation
import MailLog

extension Timestamp {
  /// The wall clock.
  static var now: Timestamp {
    let time = Date().timeIntervalSince1970
    return Timestamp(nanoseconds: Int64(time * 1e9))
  }
}
