import CCurl
import MailLog

/// One transfer of libcurl, from its setting up to its end; blocks.
///
/// Invariant that makes it safe: the handle and the lists live as long as the object, and libcurl's
/// callbacks run on the caller's thread while `run` does.
@safe final class Transfer {
  /// The most bytes of an answer that are kept.
  static let answerLimit = 64 * 1024
  /// How long what is behind the header of an answer, which is for people, is waited for.
  private static let bodyLimit = Duration.seconds(2)

  private let curl: UnsafeMutableRawPointer
  private var lists = unsafe [UnsafeMutablePointer<curl_slist>]()
  private var mime: OpaquePointer?
  /// What libcurl says of a failure beside its code, CURLOPT_ERRORBUFFER(3).
  private let details: UnsafeMutablePointer<CChar>
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
    guard let curl = unsafe curl_easy_init() else {
      throw AlertSinkError("out of memory", isRecoverable: true)
    }
    unsafe self.curl = curl
    unsafe details = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe details.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    isStopping = surroundings.isStopping
    timeLimit = kind.timeLimit(surroundings)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_ERRORBUFFER, details)
    set(CURLOPT_URL, url)
    set(CURLOPT_PROTOCOLS_STR, kind.protocols)
    set(CURLOPT_USERAGENT, surroundings.agent)
    set(CURLOPT_NOSIGNAL, 1)
    // A proxy in the environment would get what is meant for this machine, with its token.
    if WebAddress.isLoopback(url) { set(CURLOPT_NOPROXY, "*") }
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(kind.connectLimit(surroundings) / .milliseconds(1)))
    set(CURLOPT_TIMEOUT_MS, Int(timeLimit / .milliseconds(1)))
    // It does not hold for the goodbye of SMTP: a server may be silent for two minutes there, and
    // nobody is asked meanwhile where a connection that was kept for later ends.
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(timeLimit / .seconds(1))))
    set(CURLOPT_FORBID_REUSE, 1)
    set(CURLOPT_NOPROGRESS, 0)
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe submitwatch_curl_pointer(curl, CURLOPT_WRITEDATA, pointer)
    unsafe submitwatch_curl_writer(curl, takeAnswer)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_HEADERDATA, pointer)
    switch kind {
    case .web: unsafe submitwatch_curl_header_writer(curl, takeField)
    case .mail: unsafe submitwatch_curl_header_writer(curl, takeReply)
    }
    // A proxy's word on the way there is no answer.
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_XFERINFODATA, pointer)
    unsafe submitwatch_curl_progress(curl, watchProgress)
  }

  deinit {
    unsafe curl_easy_cleanup(curl)
    unsafe details.deallocate()
    while let list = unsafe lists.popLast() { unsafe curl_slist_free_all(list) }
    if let mime = unsafe mime { unsafe curl_mime_free(mime) }
  }

  func set(_ option: CURLoption, _ text: String) {
    unsafe submitwatch_curl_text(curl, option, text)
  }

  func set(_ option: CURLoption, _ number: Int) {
    unsafe submitwatch_curl_number(curl, option, number)
  }

  /// Sets a list of texts, such as header fields.
  func set(_ option: CURLoption, _ texts: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts { unsafe list = curl_slist_append(list, text) }
    guard let list = unsafe list else { return }
    unsafe lists.append(list)
    unsafe submitwatch_curl_pointer(curl, option, list)
  }

  /// Sets the body of a request.
  func setBody(_ bytes: [UInt8]) {
    set(CURLOPT_POSTFIELDSIZE, bytes.count)
    unsafe bytes.withUnsafeBytes { buffer in
      // Only read, and copied before the call returns. Nil would be no body rather than an empty one.
      guard let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress) else {
        return set(CURLOPT_COPYPOSTFIELDS, "")
      }
      unsafe submitwatch_curl_pointer(curl, CURLOPT_COPYPOSTFIELDS, start)
    }
  }

  /// Sets the parts of a mail.
  ///
  /// - Throws: if there is no memory for them.
  func setParts(_ parts: [MailMessage.Part]) throws(AlertSinkError) {
    guard let whole = unsafe multipart(parts) else {
      throw AlertSinkError("out of memory", isRecoverable: true)
    }
    unsafe mime = whole
    unsafe submitwatch_curl_pointer(curl, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(whole))
  }

  /// Whoever gets it frees it, with all that is in it; nil: there is no memory.
  private func multipart(_ parts: [MailMessage.Part]) -> OpaquePointer? {
    guard let whole = unsafe curl_mime_init(curl) else { return nil }
    for part in parts {
      let isAdded = unsafe curl_mime_addpart(whole).map { unsafe set($0, to: part) } ?? false
      guard isAdded else {
        unsafe curl_mime_free(whole)
        return nil
      }
    }
    return unsafe whole
  }

  /// Fills a part; false: there is no memory for it.
  private func set(_ piece: OpaquePointer, to part: MailMessage.Part) -> Bool {
    if !part.alternatives.isEmpty {
      guard let inner = unsafe multipart(part.alternatives) else { return false }
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

  /// Runs it; returns the last status of the protocol.
  func run() throws(AlertSinkError) -> Int {
    deadline = .now + timeLimit
    var code = unsafe curl_easy_perform(curl)
    if code == CURLE_ABORTED_BY_CALLBACK, isLate { code = CURLE_OPERATION_TIMEDOUT }
    // Who answers has decided, however the rest of the answer comes.
    if code == CURLE_OK || isAnswered { return status }
    let text = unsafe String(cString: details)
    throw Self.error(code, status, text.isEmpty ? Self.name(code) : escapedText(text.utf8))
  }

  /// How long a web server asks to be left alone; nil: it does not.
  var retryAfter: Duration? {
    let seconds = unsafe submitwatch_curl_offset(curl, CURLINFO_RETRY_AFTER)
    return seconds > 0 ? .seconds(seconds) : nil
  }

  private var status: Int { unsafe submitwatch_curl_info(curl, CURLINFO_RESPONSE_CODE) }

  private static func name(_ code: CURLcode) -> String {
    unsafe String(cString: curl_easy_strerror(code))
  }

  private static func error(
    _ code: CURLcode,
    _ status: Int,
    _ details: String
  ) -> AlertSinkError {
    let text = name(code)
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

  fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard answer.count + bytes.count <= Self.answerLimit else { return false }
    unsafe answer += bytes
    return true
  }

  fileprivate func takeFieldLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // The header ends with an empty line; those of 1xx go before it, RFC 9110, section 15.2.
    guard unsafe bytes.allSatisfy({ $0 == 0x0d || $0 == 0x0a }), status >= 200 else { return true }
    isAnswered = true
    deadline = min(deadline, .now + Self.bodyLimit)
    return true
  }

  fileprivate func takeLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
    unsafe replies.take(bytes)
    return true
  }

  private var isLate: Bool { ContinuousClock.now >= deadline }

  fileprivate var isBroken: Bool { isStopping() || isLate }
}

/// CURLOPT_WRITEFUNCTION(3).
private func takeAnswer(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe hand(bytes, size * count, to: transfer) { unsafe $0.take($1) }
}

/// CURLOPT_HEADERFUNCTION(3): called with one whole line at a time.
private func takeReply(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe hand(bytes, size * count, to: transfer) { unsafe $0.takeLine($1) }
}

/// The same, from a web server.
private func takeField(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe hand(bytes, size * count, to: transfer) { unsafe $0.takeFieldLine($1) }
}

/// Returns the number of bytes; another one, as libcurl takes it, ends the transfer.
private func hand(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ count: Int,
  to transfer: UnsafeMutableRawPointer?,
  _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
) -> Int {
  guard let transfer = unsafe transfer else { return -1 }
  let taker = unsafe Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue()
  return unsafe take(taker, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
}

/// CURLOPT_XFERINFOFUNCTION(3): anything but 0 ends the transfer; called once a second at least.
private func watchProgress(
  _ transfer: UnsafeMutableRawPointer?,
  _: curl_off_t,
  _: curl_off_t,
  _: curl_off_t,
  _: curl_off_t
) -> Int32 {
  guard let transfer = unsafe transfer else { return 0 }
  return unsafe Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().isBroken ? 1 : 0
}
