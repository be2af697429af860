package import MailLog
package import Settings

/// A place that alerts are sent to.
///
/// A sink sends once; when to try again is the outbox's business.
package protocol AlertSink: Sendable {
  /// The name in the configuration.
  var name: String { get }
  /// How long an alert that fires is remembered there; nil: until it is told to be over.
  var refreshInterval: Duration? { get }

  /// Tells of one event; blocks for a minute at most.
  ///
  /// - Returns: what was answered; nil: nobody was asked, as nobody there is to be told of it.
  func deliver(_ notice: AlertNotice) throws(AlertSinkError) -> DeliveryReply?

  /// Tells again of all that fires.
  func refresh(_ notices: [AlertNotice]) throws(AlertSinkError)
}

extension AlertSink {
  package var refreshInterval: Duration? { nil }
  package func refresh(_ notices: [AlertNotice]) throws(AlertSinkError) {}
}

/// The configuration of a sink, which makes the sink.
package protocol AlertSinkSettings: SinkSettings {
  func sink(_ surroundings: SinkSurroundings) -> any AlertSink
}

/// Every kind of sink that the configuration can name: for `Settings.read`.
package let allAlertSinks: [any AlertSinkSettings.Type] = [
  WebhookSink.Configuration.self, AlertmanagerSink.Configuration.self,
  EmailSink.Configuration.self,
]

/// The sinks that the settings name, the journal first.
package func alertSinks(
  _ settings: Settings.Alerts,
  _ surroundings: SinkSurroundings
) -> [any AlertSink] {
  // `Settings` does not know sinks: all that it reads is of a kind in `allAlertSinks`.
  let configured = settings.sinks.compactMap { $0 as? any AlertSinkSettings }
  return [JournalSink(surroundings)] + configured.map { $0.sink(surroundings) }
}

/// What a sink needs to know of the program that it works in.
package struct SinkSurroundings: Sendable {
  /// This machine, as mail and chat name it.
  package var host: String
  /// Standard error goes to the journal.
  package var isUnderJournal: Bool
  /// `submitwatch/1.0.0`.
  package var agent: String
  /// After this a transfer is given up.
  package var timeLimit: Duration = .seconds(15)
  /// The same of a mail, from the connection up to the server's last word.
  package var mailLimit: Duration = .seconds(60)
  /// What is being sent is to be broken off.
  package var isStopping: @Sendable () -> Bool

  package init(
    host: String,
    agent: String,
    isUnderJournal: Bool,
    isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.host = host
    self.agent = agent
    self.isUnderJournal = isUnderJournal
    self.isStopping = isStopping
  }
}

/// An event on its way to a sink.
package struct AlertNotice: Deliverable {
  package var event: AlertEvent
  /// The alert as `GET /v1/alerts` has it.
  package var json: [UInt8]
  /// Whom of the sink's recipients it was still for when the program ended; nil: all.
  package var rest: [String]?

  package init(_ event: AlertEvent, json: [UInt8]) {
    self.event = event
    self.json = json
  }

  package var alert: Alert { event.alert }
  package var number: UInt64 { event.number }
  package var subject: String? { alert.id }

  /// Whether a person is to be told: not of the end of what goes on under another id.
  func isForPeople(tellsEnd: Bool) -> Bool {
    alert.state == .firing || tellsEnd && event.replacedBy == nil
  }
}

/// Why a sink did not take an event.
package struct AlertSinkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What went wrong, and what to do about it.
  package let description: String
  /// Another attempt can succeed.
  package let isRecoverable: Bool
  /// How long the other side asks to be left alone, with everything; nil: it does not.
  package let pause: Duration?
  /// Whom it is still to be sent to, where others have it; nil: all.
  package let rest: [String]?

  package init(
    _ description: String,
    isRecoverable: Bool,
    pause: Duration? = nil,
    rest: [String]? = nil
  ) {
    self.description = description
    self.isRecoverable = isRecoverable
    self.pause = pause
    self.rest = rest
  }
}
