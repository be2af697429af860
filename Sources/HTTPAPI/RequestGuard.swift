import HTTPTypes
import NIOCore
import NIOHTTP1

/// Refuses what is no request that a route could answer, with a problem document, and closes the
/// connection where the protocol wants it.
///
/// Stands between NIO's decoder and what passes requests on: only here the version, all Host fields
/// and the decoder's errors are seen.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let limits: HTTPLimits
  private let connections: ConnectionTable
  private let connection: ConnectionTable.ID
  private let date: ResponseDate
  private var context: ChannelHandlerContext?
  /// For each request passed on and not answered: whether the connection stays open after it.
  private var unanswered: CircularBuffer<Bool> = []
  /// Follows the answers to what was passed on; nothing more is read.
  private var refusal: Problem?
  private var closesAfterResponse = false
  /// The last answer is sent; what still comes is thrown away.
  private var lingers = false
  /// No head is complete since the last request ended.
  private(set) var isBetweenRequests = true
  /// How many heads, pieces of bodies and ends have come.
  private(set) var parts: UInt64 = 0

  init(
    _ limits: HTTPLimits,
    _ connections: ConnectionTable,
    _ connection: ConnectionTable.ID,
    _ date: ResponseDate
  ) {
    self.limits = limits
    self.connections = connections
    self.connection = connection
    self.date = date
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    parts += 1
    guard refusal == nil, !lingers, !closesAfterResponse || !isBetweenRequests else { return }
    switch unwrapInboundIn(data) {
    case .head(var head):
      isBetweenRequests = false
      if let problem = problem(of: head) { return refuse(problem) }
      unanswered.append(head.isKeepAlive && head.version == .http1_1)
      if Self.splitAbsoluteTarget(of: &head) {
        return context.fireChannelRead(wrapInboundOut(.head(head)))
      }
    case .body:
      connections.setWaiting(connection, true)
    case .end:
      isBetweenRequests = true
      connections.setWaiting(connection, false)
    }
    context.fireChannelRead(data)
  }

  /// Answers with `problem` once all before is answered, and closes.
  func refuse(_ problem: Problem) {
    guard refusal == nil, let context else { return }
    refusal = problem
    guard unanswered.isEmpty else { return }
    send(problem, context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, isBetweenRequests else {
      // In the midst of a body nobody but the route can tell the client.
      context.fireErrorCaught(error)
      context.close(promise: nil)
      return
    }
    switch error {
    case .headerOverflow: refuse(.headersTooLarge)
    case .invalidVersion: refuse(.versionNotSupported)
    case .invalidEOFState, .closedConnection: context.close(promise: nil)
    default: refuse(.malformedRequest)
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where head.status.code >= 200:
      addDate(to: &head)
      if head.headers[canonicalForm: "connection"].contains("close") {
        closesAfterResponse = true
      } else if unanswered.first == false {
        closesAfterResponse = true
        head.headers.add(name: "connection", value: "close")
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      _ = unanswered.popFirst()
      guard !closesAfterResponse else { return finish(data, context, promise) }
      // Only now is it known that the client, or the system for it, took the answer.
      let written = promise ?? context.eventLoop.makePromise(of: Void.self)
      written.futureResult.whenComplete { [connections, connection] _ in
        connections.release(connection)
      }
      context.write(data, promise: written)
      if unanswered.isEmpty { connections.setWaiting(connection, true) }
      if unanswered.isEmpty, let refusal { send(refusal, context) }
    default: context.write(data, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if !unanswered.isEmpty { connections.setWaiting(connection, !context.channel.isWritable) }
    context.fireChannelWritabilityChanged()
  }

  private func problem(of head: HTTPRequestHead) -> Problem? {
    let hosts = head.headers["host"]
    if hosts.count > 1 || hosts.isEmpty && head.version != .http1_0 {
      // RFC 9112, section 3.2. Browsers always send one.
      return .malformedHost
    }
    if head.uri.utf8.count > limits.target { return .targetTooLong }
    return head.method == .CONNECT ? .noTunnels : nil
  }

  /// The host of a target in absolute form is the one that counts, RFC 9112, section 3.2.2.
  private static func splitAbsoluteTarget(of head: inout HTTPRequestHead) -> Bool {
    let schemes = ["http://", "https://"]
    guard let scheme = schemes.first(where: { head.uri.lowercased().hasPrefix($0) }) else {
      return false
    }
    let rest = head.uri.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    let target = rest.dropFirst(host.count)
    head.headers.replaceOrAdd(name: "host", value: String(host))
    head.uri = (target.hasPrefix("/") ? "" : "/") + target
    return true
  }

  private func send(_ problem: Problem, _ context: ChannelHandlerContext) {
    let answer = problem.answer
    var head = HTTPResponseHead(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: answer.status.code)
    )
    for field in answer.fields { head.headers.add(name: field.name.rawName, value: field.value) }
    head.headers.add(name: "content-length", value: "\(answer.body.count)")
    head.headers.add(name: "connection", value: "close")
    addDate(to: &head)
    closesAfterResponse = true
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let body = context.channel.allocator.buffer(bytes: answer.body)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    finish(wrapOutboundOut(.end(nil)), context, nil)
  }

  /// What is passed on has the date of its origin.
  private func addDate(to head: inout HTTPResponseHead) {
    guard !head.headers.contains(name: "Date"), let text = date.text else { return }
    head.headers.add(name: "Date", value: text)
  }

  /// Ends the last response of the connection.
  private func finish(
    _ end: NIOAny,
    _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>?
  ) {
    connections.setWaiting(connection, true)
    let written = promise ?? context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.close(context) }
    context.writeAndFlush(end, promise: written)
  }

  /// Ends the connection; RFC 9112, section 9.6: where a client is still sending, only so that it
  /// gets the answer first.
  private func close(_ context: ChannelHandlerContext) {
    guard refusal != nil || !isBetweenRequests else { return context.close(promise: nil) }
    lingers = true
    context.close(mode: .output, promise: nil)
    context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.linger)) {
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if lingers, event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }
}
