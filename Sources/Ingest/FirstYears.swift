import MailLog

/// The years of the first lines of logs without years, as far as later lines have told them.
struct FirstYears {
  private var years: [String: Int] = [:]

  subscript(file: LogFile) -> Int? { years[file.path] }

  /// Reads logs as often as it takes until no line says that the first one is of another year.
  ///
  /// - Throws: what `read` throws; `YearError` if a log's years cannot be told.
  mutating func settle<Result: ~Copyable>(
    _ read: (FirstYears) throws -> Result
  ) throws -> Result {
    while true {
      do {
        return try read(self)
      } catch let conflict as Conflict {
        years[conflict.path] = try conflict.year
      }
    }
  }

  /// The log says at a later line that its first one is of another year.
  struct Conflict: Error {
    fileprivate let path: String
    private let firstYear: Int
    private let canBeReadAgain: Bool

    init(_ file: LogFile, firstYear: Int) {
      path = file.path
      self.firstYear = firstYear
      canBeReadAgain = file.canBeReadAgain
    }

    /// The year for another pass over the log: one that 29 February or the order of all lines told.
    fileprivate var year: Int {
      get throws(YearError) {
        guard canBeReadAgain, firstYear >= 1970 else { throw YearError(path: path) }
        return firstYear
      }
    }
  }
}

/// The years of a log without years cannot be told.
package struct YearError: Error, CustomStringConvertible {
  package var path: String

  package var description: String {
    """
    cannot tell the years of \(path == "-" ? "standard input" : "'\(escapedText(path.utf8))'"): its time stamps have none, \
    and it spans New Year or 29 February in a way that does not end now; \
    name the year of its first line with --year YYYY, or, where several logs were joined, \
    join them from the oldest on
    """
  }
}
