/// What clients may take of the daemon.
package struct HTTPLimits: Sendable {
  /// Bytes of a request's header fields.
  package var headers = 16 * 1024
  /// Bytes of a request's target.
  package var target = 8 * 1024
  /// Bytes of a request's body; an import has no limit.
  package var body = 1024 * 1024
  package var connections = 256
  package var connectionsPerUser = 32
  /// Bytes of answers that wait for their clients, of all connections together.
  package var heldBytes = 256 * 1024 * 1024
  /// How long a client may take to send its next request, or the next part of one.
  package var idle: Duration = .seconds(30)
  /// How long a client may take nothing of a response.
  package var stalled: Duration = .seconds(30)
  /// How long a client that was refused may end what it is sending.
  package var linger: Duration = .seconds(2)

  /// How often who follows the alerts hears that the daemon is there.
  package var heartbeat: Duration = .seconds(15)

  package init() {}
}
