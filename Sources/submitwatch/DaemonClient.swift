import Reports
import CCurl
import Glibc
import MailLog

/// Speaks HTTP/1.1 over a Unix socket; the only file of the command line that sees libcurl.
///
/// A client makes one exchange at a time, and the closures of it run on the caller's thread while
/// `exchange` does: that is what makes the pointers to them right.
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
    guard let curl = unsafe curl_easy_init() else { throw Problem.broken("out of memory") }
    defer { unsafe curl_easy_cleanup(curl) }
    let list = unsafe configure(curl, request)
    defer { unsafe curl_slist_free_all(list) }
    // The closures do not escape: the transfer has ended when this function returns.
    return try withoutActuallyEscaping(sink) { sink in
      let transfer = unsafe Transfer(curl: curl, sink: sink, body: request.body)
      let pointer = unsafe Unmanaged.passUnretained(transfer).toOpaque()
      unsafe submitwatch_curl_pointer(curl, CURLOPT_WRITEDATA, pointer)
      unsafe submitwatch_curl_writer(curl, takeAnswer)
      if request.body != nil {
        unsafe submitwatch_curl_pointer(curl, CURLOPT_READDATA, pointer)
        unsafe submitwatch_curl_reader(curl, giveBody)
      }
      let code = withExtendedLifetime(transfer) { unsafe curl_easy_perform(curl) }
      if let failure = transfer.failure { throw failure }
      if transfer.isEnough { return nil }
      guard code == CURLE_OK else { throw unsafe Self.problem(code, curl, request) }
      return transfer.head
    }
  }

  /// Sets up the transfer; the list of headers must live as long as it.
  private func configure(
    _ curl: UnsafeMutableRawPointer,
    _ request: Request
  ) -> UnsafeMutablePointer<curl_slist>? {
    let pairs = request.query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
    let query = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    unsafe submitwatch_curl_text(curl, CURLOPT_URL, "http://localhost\(request.path)\(query)")
    unsafe submitwatch_curl_text(curl, CURLOPT_UNIX_SOCKET_PATH, socket)
    // http_proxy in the environment is not meant for sockets.
    unsafe submitwatch_curl_text(curl, CURLOPT_PROXY, "")
    unsafe submitwatch_curl_text(curl, CURLOPT_USERAGENT, programAgent)
    unsafe submitwatch_curl_number(curl, CURLOPT_NOSIGNAL, 1)
    unsafe submitwatch_curl_number(curl, CURLOPT_CONNECTTIMEOUT, 10)
    unsafe submitwatch_curl_number(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    var headers = request.headers.map { "\($0.name): \($0.value)" }
    unsafe submitwatch_curl_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
    unsafe submitwatch_curl_number(curl, CURLOPT_LOW_SPEED_TIME, request.patience)
    if request.body != nil {
      unsafe submitwatch_curl_number(curl, CURLOPT_POST, 1)
      unsafe submitwatch_curl_number(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256 * 1024)
      // Who may not import learns it before anything is sent.
      headers += ["Transfer-Encoding: chunked", "Expect: 100-continue"]
    }
    var list: UnsafeMutablePointer<curl_slist>?
    for header in headers { unsafe list = curl_slist_append(list, header) }
    unsafe submitwatch_curl_pointer(curl, CURLOPT_HTTPHEADER, list)
    return unsafe list
  }

  private static func problem(
    _ code: CURLcode,
    _ curl: UnsafeMutableRawPointer,
    _ request: Request
  ) -> Problem {
    switch code {
    case CURLE_COULDNT_CONNECT:
      let number = unsafe submitwatch_curl_info(curl, CURLINFO_OS_ERRNO)
      return .noConnection(errorNumber: Int32(truncatingIfNeeded: number))
    case CURLE_OPERATION_TIMEDOUT: return .noAnswer(seconds: request.patience)
    default: return .broken(unsafe String(cString: curl_easy_strerror(code)))
    }
  }
}

/// What libcurl's callbacks need, for the time of one transfer, in which the handle is valid.
@safe private final class Transfer {
  let curl: UnsafeMutableRawPointer
  let sink: (DaemonClient.Head, [UInt8]) throws -> Bool
  let body: ((Int) throws -> [UInt8])?
  var isEnough = false
  var failure: (any Error)?

  init(
    curl: UnsafeMutableRawPointer,
    sink: @escaping (DaemonClient.Head, [UInt8]) throws -> Bool,
    body: ((Int) throws -> [UInt8])?
  ) {
    unsafe self.curl = unsafe curl
    self.sink = sink
    self.body = body
  }

  /// Of the answer, once it has one.
  var head: DaemonClient.Head {
    let type = unsafe submitwatch_curl_word(curl, CURLINFO_CONTENT_TYPE)
      .map { unsafe String(cString: $0) }
    return DaemonClient.Head(
      status: unsafe submitwatch_curl_info(curl, CURLINFO_RESPONSE_CODE),
      type: type?.prefix { $0 != ";" && !$0.isWhitespace }.lowercased()
    )
  }

  /// Takes a part of the answer; false: end the transfer.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do {
      isEnough = try unsafe !sink(head, Array(bytes))
    } catch {
      failure = error
    }
    return !isEnough && failure == nil
  }

  /// The number of bytes given, or the word for libcurl to stop.
  func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    do {
      let bytes = try body?(buffer.count) ?? []
      unsafe buffer.copyBytes(from: bytes)
      return bytes.count
    } catch {
      failure = error
      return Int(CURL_READFUNC_ABORT)
    }
  }
}

/// CURLOPT_WRITEFUNCTION(3): returning another number than was given ends the transfer.
private func takeAnswer(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = unsafe transfer, size * count > 0 else { return 0 }
  let answer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  let taker = unsafe Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue()
  return unsafe taker.take(answer) ? size * count : -1
}

/// CURLOPT_READFUNCTION(3): 0 is the end of the body.
private func giveBody(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = unsafe transfer, size * count > 0 else { return 0 }
  let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
  let giver = unsafe Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue()
  return unsafe giver.give(buffer)
}
