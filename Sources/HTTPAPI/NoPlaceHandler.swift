import HTTPTypes
import NIOCore

/// Tells a client that there is no place for it, and closes.
final class NoPlaceHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let date: ResponseDate

  init(_ date: ResponseDate) {
    self.date = date
  }

  func channelActive(context: ChannelHandlerContext) {
    let answer = Problem.noPlace.answer
    var text = "HTTP/1.1 \(answer.status.code) \(answer.status.reasonPhrase)\r\n"
    for field in answer.fields { text += "\(field.name): \(field.value)\r\n" }
    if let date = date.text { text += "date: \(date)\r\n" }
    text += "content-length: \(answer.body.count)\r\nconnection: close\r\n\r\n"
    var buffer = context.channel.allocator.buffer(string: text)
    buffer.writeBytes(answer.body)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: written)
  }
}
