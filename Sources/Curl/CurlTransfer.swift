package import CCurl

/// What a transfer hands over, and asks for, while it runs.
package protocol CurlClient: AnyObject {
  /// Takes a part of the answer; false: the transfer is to end.
  func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool
  /// Takes one whole line in front of it; false: the transfer is to end.
  func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool
  /// Fills the front of the buffer with what is sent next, and returns how many bytes, 0 at the end;
  /// nil: the transfer is to end.
  func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int?
  /// Whether the transfer is to end; asked once a second at least.
  var isBroken: Bool { get }
}

extension CurlClient {
  package func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool { true }
  package func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int? { nil }
  package var isBroken: Bool { false }
}

/// One transfer of libcurl, from its setting up to its end; blocks.
///
/// Invariant that makes it safe: the handle, the lists and the parts live as long as the object, and
/// libcurl's callbacks run on the caller's thread while `run` does, in which there is a client.
@safe package final class CurlTransfer {
  private let curl: UnsafeMutableRawPointer
  private var lists = unsafe [UnsafeMutablePointer<curl_slist>]()
  private var mime: OpaquePointer?
  /// What libcurl says of a failure beside its code, CURLOPT_ERRORBUFFER(3).
  private let words: UnsafeMutablePointer<CChar>
  private var client: (any CurlClient)?

  /// nil: there is no memory.
  package init?() {
    guard let curl = unsafe curl_easy_init() else { return nil }
    unsafe self.curl = curl
    unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    unsafe submitwatch_curl_pointer(curl, CURLOPT_ERRORBUFFER, words)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 0)
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe submitwatch_curl_pointer(curl, CURLOPT_WRITEDATA, pointer)
    unsafe submitwatch_curl_writer(curl, takeBody)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_HEADERDATA, pointer)
    unsafe submitwatch_curl_header_writer(curl, takeHeader)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_READDATA, pointer)
    unsafe submitwatch_curl_reader(curl, giveBody)
    unsafe submitwatch_curl_pointer(curl, CURLOPT_XFERINFODATA, pointer)
    unsafe submitwatch_curl_progress(curl, watchProgress)
  }

  deinit {
    unsafe curl_easy_cleanup(curl)
    unsafe words.deallocate()
    while let list = unsafe lists.popLast() { unsafe curl_slist_free_all(list) }
    if let mime = unsafe mime { unsafe curl_mime_free(mime) }
  }

  package func set(_ option: CURLoption, _ text: String) {
    unsafe submitwatch_curl_text(curl, option, text)
  }

  package func set(_ option: CURLoption, _ number: Int) {
    unsafe submitwatch_curl_number(curl, option, number)
  }

  /// Sets a list of texts, such as header fields.
  package func set(_ option: CURLoption, _ texts: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for text in texts { unsafe list = curl_slist_append(list, text) }
    guard let list = unsafe list else { return }
    unsafe lists.append(list)
    unsafe submitwatch_curl_pointer(curl, option, list)
  }

  /// Sets the body of a request.
  package func setBody(_ bytes: [UInt8]) {
    set(CURLOPT_POSTFIELDSIZE, bytes.count)
    unsafe bytes.withUnsafeBytes { buffer in
      // Only read, and copied before the call returns. Nil would be no body rather than an empty one.
      guard let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress) else {
        return set(CURLOPT_COPYPOSTFIELDS, "")
      }
      unsafe submitwatch_curl_pointer(curl, CURLOPT_COPYPOSTFIELDS, start)
    }
  }

  /// Sets the parts of a mail, which `make` makes for this handle; false: it made none.
  ///
  /// Whoever makes them gives them up with all that is in them, curl_mime_init(3).
  package func setParts(_ make: (UnsafeMutableRawPointer) -> OpaquePointer?) -> Bool {
    guard let parts = unsafe make(curl) else { return false }
    unsafe mime = parts
    unsafe submitwatch_curl_pointer(curl, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(parts))
    return true
  }

  /// Runs it.
  package func run(for client: any CurlClient) -> CURLcode {
    self.client = client
    defer { self.client = nil }
    return unsafe curl_easy_perform(curl)
  }

  /// The last status of the protocol.
  package var status: Int { number(CURLINFO_RESPONSE_CODE) }

  /// The error number of the connection's system call; 0: none.
  package var errorNumber: Int32 { Int32(truncatingIfNeeded: number(CURLINFO_OS_ERRNO)) }

  /// The media type that a web server names, without its parameters; nil: it names none.
  package var mediaType: String? {
    let type = unsafe submitwatch_curl_word(curl, CURLINFO_CONTENT_TYPE)
    let text = unsafe type.map { unsafe String(cString: $0) }
    return text?.prefix { $0 != ";" && !$0.isWhitespace }.lowercased()
  }

  /// For how many seconds a web server asks to be left alone; 0: it does not.
  package var retryAfter: Int { Int(unsafe submitwatch_curl_offset(curl, CURLINFO_RETRY_AFTER)) }

  /// What libcurl says of the failure; empty: no more than the code says.
  package var details: String { unsafe String(cString: words) }

  private func number(_ info: CURLINFO) -> Int { unsafe submitwatch_curl_info(curl, info) }

  fileprivate static func with<Result>(
    _ pointer: UnsafeMutableRawPointer?,
    or result: Result,
    _ body: (any CurlClient) -> Result
  ) -> Result {
    guard let pointer = unsafe pointer else { return result }
    let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
    return transfer.client.map(body) ?? result
  }
}

/// What a code means, in libcurl's words.
package func curlText(_ code: CURLcode) -> String {
  unsafe String(cString: curl_easy_strerror(code))
}

/// CURLOPT_WRITEFUNCTION(3).
private func takeBody(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe hand(bytes, size * count, to: transfer) { unsafe $0.takeBody($1) }
}

/// CURLOPT_HEADERFUNCTION(3): called with one whole line at a time.
private func takeHeader(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe hand(bytes, size * count, to: transfer) { unsafe $0.takeHeader($1) }
}

/// Returns the number of bytes; another one, as libcurl takes it, ends the transfer.
private func hand(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ count: Int,
  to transfer: UnsafeMutableRawPointer?,
  _ take: (any CurlClient, UnsafeRawBufferPointer) -> Bool
) -> Int {
  unsafe CurlTransfer.with(transfer, or: -1) { client in
    unsafe take(client, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
  }
}

/// CURLOPT_READFUNCTION(3): 0 is the end of the body.
private func giveBody(
  _ bytes: UnsafeMutablePointer<CChar>?,
  _ size: Int,
  _ count: Int,
  _ transfer: UnsafeMutableRawPointer?
) -> Int {
  unsafe CurlTransfer.with(transfer, or: Int(CURL_READFUNC_ABORT)) { client in
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return unsafe client.giveBody(buffer) ?? Int(CURL_READFUNC_ABORT)
  }
}

/// CURLOPT_XFERINFOFUNCTION(3): anything but 0 ends the transfer; called once a second at least.
private func watchProgress(
  _ transfer: UnsafeMutableRawPointer?,
  _: curl_off_t,
  _: curl_off_t,
  _: curl_off_t,
  _: curl_off_t
) -> Int32 {
  unsafe CurlTransfer.with(transfer, or: 0) { $0.isBroken ? 1 : 0 }
}
