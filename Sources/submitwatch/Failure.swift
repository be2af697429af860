import Ingest
import LogSources

/// An end of the program that is not success.
struct Failure: Error {
  /// sysexits.h's numbers; 1 for work that failed.
  enum Status: Int32 {
    case failed = 1
    case unreachable = 2
    case usage = 64
    case badData = 65
    case noPermission = 77
    case badConfiguration = 78
  }

  var status: Status
  /// What, where, and what to do.
  var message: String
  /// The program's name stands in front of the message.
  var isPrefixed: Bool

  init(_ status: Status, _ message: String, isPrefixed: Bool = true) {
    self.status = status
    self.message = message
    self.isPrefixed = isPrefixed
  }

  init(_ error: LogSourceError) {
    self.init(Self.status(of: error), error.description)
  }

  /// Runs `work`, with the errors of the modules turned into failures.
  static func translating<Value: ~Copyable>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as LogSourceError {
      throw Failure(error)
    } catch let error as YearError {
      throw Failure(.badData, error.description)
    }
  }

  static func status(of error: LogSourceError) -> Status {
    switch error.code {
    case .permissionDenied: .noPermission
    case .truncated, .damaged, .tooLarge: .badData
    case .missing, .directory, .notReadable, .tooManyOpenFiles, .replaced, .openFailed, .readFailed:
      .failed
    }
  }
}
