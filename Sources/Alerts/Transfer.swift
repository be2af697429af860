import CCurl
import Curl
import MailLog

/// One exchange with a web or mail server, from its setting up to its end; blocks.
final class Transfer {
  /// The most bytes of an answer that are kept.
  static let answerLimit = 64 * 1024
  /// How long what is behind the header of an answer, which is for people, is waited for.
  private static let bodyLimit = Duration.seconds(2)

  private let curl: CurlTransfer
  private let kind: TransferKind
  private let isStopping: @Sendable () -> Bool
  private let timeLimit: Duration
  private var deadline = ContinuousClock.now
  private(set) var answer: [UInt8] = []
  private(set) var replies = SMTPReplies()
  /// A web server's answer has begun, with its last header.
  private var isAnswered = false

  /// - Parameters:
  ///   - url: what to talk to.
  ///   - kind: what is spoken there.
  ///   - surroundings: how long it may take, and who breaks it off.
  /// - Throws: if there is no memory for it.
  init(
    _ url: String,
    _ kind: TransferKind,
    _ surroundings: SinkSurroundings
  ) throws(AlertSinkError) {
    guard let curl = CurlTransfer() else {
      throw AlertSinkError("out of memory", isRecoverable: true)
    }
    self.curl = curl
    self.kind = kind
    isStopping = surroundings.isStopping
    timeLimit = kind.timeLimit(surroundings)
    curl.set(CURLOPT_URL, url)
    curl.set(CURLOPT_PROTOCOLS_STR, kind.protocols)
    curl.set(CURLOPT_USERAGENT, surroundings.agent)
    // A proxy in the environment would get what is meant for this machine, with its token.
    if WebAddress.isLoopback(url) { curl.set(CURLOPT_NOPROXY, "*") }
    curl.set(CURLOPT_CONNECTTIMEOUT_MS, Int(kind.connectLimit(surroundings) / .milliseconds(1)))
    curl.set(CURLOPT_TIMEOUT_MS, Int(timeLimit / .milliseconds(1)))
    // It does not hold for the goodbye of SMTP: a server may be silent for two minutes there, and
    // nobody is asked meanwhile where a connection that was kept for later ends.
    curl.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(timeLimit / .seconds(1))))
    curl.set(CURLOPT_FORBID_REUSE, 1)
    // A proxy's word on the way there is no answer.
    curl.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  func set(_ option: CURLoption, _ text: String) { curl.set(option, text) }

  func set(_ option: CURLoption, _ number: Int) { curl.set(option, number) }

  /// Sets a list of texts, such as header fields.
  func set(_ option: CURLoption, _ texts: [String]) { curl.set(option, texts) }

  /// Sets the body of a request.
  func setBody(_ bytes: [UInt8]) { curl.setBody(bytes) }

  /// Sets the parts of a mail.
  ///
  /// - Throws: if there is no memory for them.
  func setParts(_ parts: [MailMessage.Part]) throws(AlertSinkError) {
    guard unsafe curl.setParts({ unsafe multipart(parts, $0) }) else {
      throw AlertSinkError("out of memory", isRecoverable: true)
    }
  }

  /// Runs it; returns the last status of the protocol.
  func run() throws(AlertSinkError) -> Int {
    deadline = .now + timeLimit
    var code = curl.run(for: self)
    if code == CURLE_ABORTED_BY_CALLBACK, isLate { code = CURLE_OPERATION_TIMEDOUT }
    // Who answers has decided, however the rest of the answer comes.
    if code == CURLE_OK || isAnswered { return curl.status }
    let details = curl.details
    throw Self.error(
      code,
      curl.status,
      details.isEmpty ? curlText(code) : escapedText(details.utf8)
    )
  }

  /// How long a web server asks to be left alone; nil: it does not.
  var retryAfter: Duration? {
    let seconds = curl.retryAfter
    return seconds > 0 ? .seconds(seconds) : nil
  }

  private static func error(
    _ code: CURLcode,
    _ status: Int,
    _ details: String
  ) -> AlertSinkError {
    let text = curlText(code)
    switch code {
    case CURLE_COULDNT_CONNECT:
      return AlertSinkError(
        "no connection (\(text)); if the server answers others, let the service reach it:"
          + " 'systemctl edit submitwatchd', [Service], IPAddressAllow=",
        isRecoverable: true
      )
    case CURLE_PEER_FAILED_VERIFICATION:
      return AlertSinkError(CertificateProblem.text(details), isRecoverable: true)
    case CURLE_SSL_CONNECT_ERROR:
      return AlertSinkError(
        "no TLS with the server (\(details)); let it speak TLS 1.2 or newer on this port",
        isRecoverable: true
      )
    case CURLE_USE_SSL_FAILED:
      return AlertSinkError(
        "the server offers no STARTTLS, and without it no mail goes to another machine; switch it"
          + " on there, or use smtps:// on the port where TLS comes first",
        isRecoverable: true
      )
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
      return AlertSinkError("\(text); correct the address", isRecoverable: false)
    case CURLE_LOGIN_DENIED:
      return AlertSinkError("the server refuses user or password", isRecoverable: true)
    default:
      // SMTP: 5xx is final, RFC 5321, section 4.2.1.
      let isFinal = code != CURLE_OPERATION_TIMEDOUT && (550...559).contains(status)
      if isFinal {
        return AlertSinkError("the server refuses it, status \(status)", isRecoverable: false)
      }
      let reply = status > 0 ? ", status \(status)" : ""
      return AlertSinkError("\(text)\(reply)", isRecoverable: true)
    }
  }

  private var isLate: Bool { ContinuousClock.now >= deadline }
}

extension Transfer: CurlClient {
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard answer.count + bytes.count <= Self.answerLimit else { return false }
    unsafe answer += bytes
    return true
  }

  func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    switch kind {
    case .mail: unsafe replies.take(line)
    case .web: unsafe takeField(line)
    }
    return true
  }

  private func takeField(_ line: UnsafeRawBufferPointer) {
    // The header ends with an empty line; those of 1xx go before it, RFC 9110, section 15.2.
    guard unsafe line.allSatisfy({ $0 == 0x0d || $0 == 0x0a }), curl.status >= 200 else { return }
    isAnswered = true
    deadline = min(deadline, .now + Self.bodyLimit)
  }

  var isBroken: Bool { isStopping() || isLate }
}

// The parts of a mail, as libcurl has them.
extension Transfer {
  /// Whoever gets it frees it, with all that is in it; nil: there is no memory.
  private func multipart(
    _ parts: [MailMessage.Part],
    _ curl: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    guard let whole = unsafe curl_mime_init(curl) else { return nil }
    for part in parts {
      let isAdded =
        unsafe curl_mime_addpart(whole).map { unsafe fill($0, with: part, curl) } ?? false
      guard isAdded else {
        unsafe curl_mime_free(whole)
        return nil
      }
    }
    return unsafe whole
  }

  /// Fills a part; false: there is no memory for it.
  private func fill(
    _ piece: OpaquePointer,
    with part: MailMessage.Part,
    _ curl: UnsafeMutableRawPointer
  ) -> Bool {
    if !part.alternatives.isEmpty {
      guard let inner = unsafe multipart(part.alternatives, curl) else { return false }
      guard unsafe curl_mime_subparts(piece, inner) == CURLE_OK else {
        unsafe curl_mime_free(inner)
        return false
      }
      // From here on it belongs to the part, curl_mime_subparts(3).
      return unsafe curl_mime_type(piece, part.type) == CURLE_OK
    }
    let isFilled = unsafe part.bytes.withUnsafeBytes { buffer in
      let characters = unsafe buffer.assumingMemoryBound(to: CChar.self)
      // Copied before the call returns.
      return unsafe curl_mime_data(piece, characters.baseAddress, characters.count) == CURLE_OK
    }
    guard isFilled, unsafe curl_mime_type(piece, part.type) == CURLE_OK,
      unsafe curl_mime_encoder(piece, part.isText ? "quoted-printable" : "base64") == CURLE_OK
    else { return false }
    // A part with a file's name is sent as an attachment, curl_mime_filename(3).
    return part.fileName.map { unsafe curl_mime_filename(piece, $0) == CURLE_OK } ?? true
  }
}
