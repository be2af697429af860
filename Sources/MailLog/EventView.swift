/// An event where its batch holds it: read field by field, never copied whole.
///
/// Handed from function to function in two registers' worth of address and place, in place of the
/// hundred bytes of the event itself.
public struct EventView: ~Escapable {
  @usableFromInline let events: Span<MailEvent>
  @usableFromInline let index: Int

  /// The event at `index` of `events`.
  @_lifetime(copy events)
  @inlinable @inline(__always) public init(_ events: Span<MailEvent>, _ index: Int) {
    precondition(events.indices.contains(index))
    self.events = events
    self.index = index
  }

  // The place was checked at the start.
  @inlinable var event: MailEvent {
    @inline(__always) get { unsafe events[unchecked: index] }
  }

  @inlinable public var kind: MailEvent.Kind { @inline(__always) get { event.kind } }
  @inlinable public var tls: TLSVersion { @inline(__always) get { event.tls } }
  @inlinable public var reason: AuthFailureReason { @inline(__always) get { event.reason } }
  @inlinable public var flags: MailEvent.Flags { @inline(__always) get { event.flags } }
  @inlinable public var repeats: UInt32 { @inline(__always) get { event.repeats } }
  @inlinable public var process: ProcessKey { @inline(__always) get { event.process } }
  @inlinable public var host: HostKey { @inline(__always) get { event.host } }
  @inlinable public var queueID: QueueID { @inline(__always) get { event.queueID } }
  @inlinable public var stamp: LogStamp { @inline(__always) get { event.stamp } }
  @inlinable public var name: ByteRange { @inline(__always) get { event.name } }
  @inlinable public var detail: ByteRange { @inline(__always) get { event.detail } }
  @inlinable public var sender: ByteRange { @inline(__always) get { event.sender } }
  @inlinable public var mechanism: ByteRange { @inline(__always) get { event.mechanism } }
  @inlinable public var escape: TextEscape { @inline(__always) get { event.escape } }
  @inlinable public var server: MailServer { @inline(__always) get { event.server } }
  @inlinable public var logger: HostKey {
    @inline(__always) get { event.host.logger(event.server) }
  }
  @inlinable public var client: ByteRange { @inline(__always) get { event.client } }
  @inlinable public var bytes: Int64 { @inline(__always) get { event.bytes } }
  @inlinable public var recipients: Int32 { @inline(__always) get { event.recipients } }
}
