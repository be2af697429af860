/// A report by e-mail that one recipient is still to get.
public struct DueReport: Sendable, Hashable {
  /// Rises from one to the next, also over restarts: milliseconds since 1970, mostly.
  public var number: UInt64
  /// `name@domain`, checked.
  public var recipient: String
  /// The first and the last day.
  public var start: CivilDate
  public var end: CivilDate
  /// Only this domain; nil: all.
  public var domain: String?
  /// The tag of a language, as `de`.
  public var language: String

  public init(
    number: UInt64,
    recipient: String,
    start: CivilDate,
    end: CivilDate,
    domain: String?,
    language: String
  ) {
    self.number = number
    self.recipient = recipient
    self.start = start
    self.end = end
    self.domain = domain
    self.language = language
  }
}

/// What changes in the database about reports by e-mail, all at once; applied twice it is applied
/// once.
public struct ReportChange: Sendable, Equatable {
  public var due: [DueReport] = []
  /// The numbers of those that are sent or given up.
  public var done: [UInt64] = []
  /// The last day on which a report of a schedule was due, by its key.
  public var schedules: [String: CivilDate] = [:]
  /// The keys of schedules that are no more.
  public var forgotten: [String] = []

  public init() {}

  public var isEmpty: Bool {
    due.isEmpty && done.isEmpty && schedules.isEmpty && forgotten.isEmpty
  }
}
