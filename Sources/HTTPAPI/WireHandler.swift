import NIOCore

/// Watches the bytes of a connection: closes it when the client takes nothing of a response, and
/// refuses a request whose head does not end.
final class WireHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private let requests: RequestGuard
  private let limits: HTTPLimits
  private let limit: TimeAmount
  /// Bytes of a head that is not complete.
  private var headBytes = 0
  private var written = 0
  private var taken = 0
  private var lastTaken = NIODeadline.now()
  private var check: Scheduled<Void>?

  init(_ requests: RequestGuard, _ limits: HTTPLimits) {
    self.requests = requests
    self.limits = limits
    limit = TimeAmount(limits.stalled)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data).readableBytes
    let parts = requests.parts
    context.fireChannelRead(data)
    headBytes = requests.isBetweenRequests && requests.parts == parts ? headBytes + bytes : 0
    // Twice: request line, separators and what one read brings at once are no header fields.
    if headBytes > 2 * (limits.headers + limits.target) { requests.refuse(.headersTooLarge) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    written += unwrapOutboundIn(data).readableBytes
    if check == nil {
      lastTaken = .now()
      schedule(context)
    }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    check?.cancel()
    check = nil
    context.fireChannelInactive()
  }

  private func schedule(_ context: ChannelHandlerContext) {
    // A quarter: closed after the limit, and at most that much later.
    let delay = TimeAmount.nanoseconds(max(1_000_000, limit.nanoseconds / 4))
    check = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
      check = nil
      checkProgress(context)
    }
  }

  private func checkProgress(_ context: ChannelHandlerContext) {
    let options = context.channel.syncOptions
    let waiting = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
    guard waiting > 0 else { return }
    if written - waiting > taken {
      taken = written - waiting
      lastTaken = .now()
    } else if .now() - lastTaken >= limit {
      context.close(promise: nil)
      return
    }
    schedule(context)
  }
}
