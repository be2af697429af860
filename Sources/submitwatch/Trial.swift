import Foundation

/// What the daemon tells of a trial alert.
struct Trial: Decodable {
  var sink: String
  var delivered: Bool
  var detail: String

  init(_ json: [UInt8]) throws {
    guard let trial = try? JSONDecoder().decode(Self.self, from: Data(json)) else {
      throw Failure(
        .failed,
        "the daemon's answer is not understood; are submitwatch and submitwatchd of one version?"
      )
    }
    self = trial
  }
}
