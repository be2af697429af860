import CCurl
import Curl
import MailLog
import Reports

/// Speaks HTTP/1.1 over a Unix socket; the only file of the command line that sees libcurl.
final class DaemonClient {
  /// A request; the path and the values of `query` are percent-encoded here.
  struct Request {
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    /// Seconds without a byte after which the answer is given up; 0: never.
    var patience = 60
    /// Gives so many bytes of the body or fewer, none at its end; makes the request a POST.
    var body: ((Int) throws -> [UInt8])?

    init(
      path: String,
      query: [(name: String, value: String)] = [],
      headers: [(name: String, value: String)] = [],
      patience: Int = 60
    ) {
      self.path = path
      self.query = query
      self.headers = headers
      self.patience = patience
    }

    /// A POST of a JSON document.
    init(path: String, json: [UInt8], patience: Int = 60) {
      self.init(
        path: path,
        headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
        patience: patience
      )
      var rest = json[...]
      body = { limit in
        let part = rest.prefix(limit)
        rest = rest.dropFirst(part.count)
        return Array(part)
      }
    }
  }

  /// What an answer begins with.
  struct Head {
    var status: Int
    /// The media type in small letters, without its parameters; nil: the answer names none.
    var type: String?

    var isSuccess: Bool { (200..<300).contains(status) }
  }

  /// Why there is no answer.
  enum Problem: Error {
    case noConnection(errorNumber: Int32)
    case noAnswer(seconds: Int)
    /// The connection ended before anything came.
    case hungUp
    /// The connection broke, with libcurl's word for it.
    case broken(String)
  }

  private let socket: String

  init(socket: String) {
    self.socket = socket
  }

  /// Sends a request, and hands over the answer as it comes.
  ///
  /// - Parameters:
  ///   - request: what to ask for.
  ///   - sink: takes the head and a part of the body; false: the rest is not wanted.
  /// - Returns: the head; nil: the sink wanted no more.
  /// - Throws: `Problem`, and what the request's body throws.
  func exchange(_ request: Request, _ sink: (Head, [UInt8]) throws -> Bool) throws -> Head? {
    guard let curl = CurlTransfer() else { throw Problem.broken("out of memory") }
    configure(curl, request)
    // The closures do not escape: the transfer has ended when this function returns.
    return try withoutActuallyEscaping(sink) { sink in
      let exchange = Exchange(curl, sink: sink, body: request.body)
      let code = curl.run(for: exchange)
      if let failure = exchange.failure { throw failure }
      if exchange.isEnough { return nil }
      guard code == CURLE_OK else { throw Self.problem(code, curl, request) }
      return curl.head
    }
  }

  private func configure(_ curl: CurlTransfer, _ request: Request) {
    let pairs = request.query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
    let query = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    curl.set(CURLOPT_URL, "http://localhost\(request.path)\(query)")
    curl.set(CURLOPT_UNIX_SOCKET_PATH, socket)
    // http_proxy in the environment is not meant for sockets.
    curl.set(CURLOPT_PROXY, "")
    curl.set(CURLOPT_USERAGENT, programAgent)
    curl.set(CURLOPT_CONNECTTIMEOUT, 10)
    curl.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    curl.set(CURLOPT_LOW_SPEED_LIMIT, 1)
    curl.set(CURLOPT_LOW_SPEED_TIME, request.patience)
    var headers = request.headers.map { "\($0.name): \($0.value)" }
    if request.body != nil {
      curl.set(CURLOPT_POST, 1)
      curl.set(CURLOPT_UPLOAD_BUFFERSIZE, 256 * 1024)
      // Who may not import learns it before anything is sent.
      headers += ["Transfer-Encoding: chunked", "Expect: 100-continue"]
    }
    curl.set(CURLOPT_HTTPHEADER, headers)
  }

  private static func problem(
    _ code: CURLcode,
    _ curl: CurlTransfer,
    _ request: Request
  ) -> Problem {
    switch code {
    case CURLE_COULDNT_CONNECT: .noConnection(errorNumber: curl.errorNumber)
    case CURLE_OPERATION_TIMEDOUT: .noAnswer(seconds: request.patience)
    case CURLE_GOT_NOTHING: .hungUp
    case CURLE_RECV_ERROR where curl.status == 0: .hungUp
    case CURLE_SEND_ERROR where curl.status == 0: .hungUp
    default: .broken(curlText(code))
    }
  }
}

extension CurlTransfer {
  fileprivate var head: DaemonClient.Head {
    DaemonClient.Head(status: status, type: mediaType)
  }
}

/// Passes on what is sent and comes, for the time of one transfer.
private final class Exchange: CurlClient {
  let curl: CurlTransfer
  let sink: (DaemonClient.Head, [UInt8]) throws -> Bool
  let body: ((Int) throws -> [UInt8])?
  var isEnough = false
  var failure: (any Error)?

  init(
    _ curl: CurlTransfer,
    sink: @escaping (DaemonClient.Head, [UInt8]) throws -> Bool,
    body: ((Int) throws -> [UInt8])?
  ) {
    self.curl = curl
    self.sink = sink
    self.body = body
  }

  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do {
      isEnough = try unsafe !sink(curl.head, Array(bytes))
    } catch {
      failure = error
    }
    return !isEnough && failure == nil
  }

  func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
    do {
      let bytes = try body?(buffer.count) ?? []
      unsafe buffer.copyBytes(from: bytes)
      return bytes.count
    } catch {
      failure = error
      return nil
    }
  }
}
