import HTTPAPI
import Platform
import TestSupport
import Testing

/// A body that has several files, and who breaks its form.
struct ImportBodyTests {
  /// What the handler was given, with the bytes of a file in one piece.
  private func elements(
    of body: [String],
    _ target: String = "/v1/import?files=true"
  ) async throws -> (response: RawResponse, elements: [ImportBody.Element]) {
    let taken = Locked<[ImportBody.Element]>([])
    let importLog: ImportHandler = { request in
      for try await element in request.body { taken.withLock { $0.add(element) } }
      let files = taken.withLock { $0 }.compactMap { element -> ImportOutcome.File? in
        guard case .file(let name, _) = element else { return nil }
        return ImportOutcome.File(name: name ?? "", lines: 3, used: 2, passedOver: ["blank": 1])
      }
      return ImportOutcome(files, submissions: 1, alreadyCounted: 0)
    }
    let response = Locked<RawResponse?>(nil)
    try await ServedLog.sample().serve(importLog: importLog) { log in
      let client = try RawClient(log.socketPath)
      client.send(
        "POST \(target) HTTP/1.1\r\nHost: localhost\r\n\(RuleTests.octets)\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n"
      )
      for part in body where !part.isEmpty {
        client.send("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
      }
      client.send("0\r\n\r\n")
      let answer = try client.readResponse()
      response.withLock { $0 = answer }
    }
    return (try #require(response.withLock { $0 }), taken.withLock { $0 })
  }

  private let body = #"""
    {"name":"mail.log.1","modified":1800000000,"bytes":6}
    first
    {"bytes":12}
    {"bytes":3}
    {"name":"empty","bytes":0}
    {"name":"mail \"log\"","bytes":4}
    last
    """#

  @Test func `each file has its name, its age and all of its parts`() async throws {
    let bytes = { (text: String) in ImportBody.Element.bytes(Array(text.utf8)) }
    let files: [ImportBody.Element] = [
      .file(name: "mail.log.1", modified: 1_800_000_000), bytes("first\n{\"bytes\":3}\n"),
      .file(name: "empty", modified: nil), .file(name: "mail \"log\"", modified: nil),
      bytes("last"),
    ]
    // However the network cuts it.
    for length in [1, 7, body.utf8.count] {
      let (response, elements) = try await elements(of: body.cut(into: length))
      #expect(response.status == 200)
      #expect(elements == files)
      let answer = try JSONValue(response)
      #expect(answer["lines"].number == 9 && answer["used"].number == 6)
      #expect(answer["passedOver"]["blank"].number == 3)
      #expect(answer["files"][2]["name"].text == "mail \"log\"")
      #expect(answer["files"][2]["lines"].number == 3)
    }
  }

  @Test func `without the parameter a body is one file, whatever it has`() async throws {
    let (response, elements) = try await elements(of: [body], "/v1/import?name=a&modified=5")
    #expect(response.status == 200)
    #expect(elements == [.file(name: "a", modified: 5), .bytes(Array(body.utf8))])
    #expect(!response.text.contains("files"))
  }

  @Test(arguments: [
    ("{\"name\":\"a\",\"bytes\":9}\nshort", "a part of file 1 is wrong: it ends 4 bytes early"),
    ("{\"name\":\"a\",\"bytes\":1}\nx{\"by", "a part of file 1 is wrong: its line does not end"),
    ("Nov 24 mail\n", "a part of file 1 is wrong: its line must be a JSON object"),
    ("{\"bytes\":1}\nx", "a part of file 1 is wrong: name is missing: a file begins with it"),
    (
      "{\"name\":\"a\",\"bytes\":1}\nx{\"name\":\"b\"}\n",
      "a part of file 1 is wrong: bytes is missing: it must be a number from 0 to 1125899906842624"
    ),
    (
      "{\"name\":\"a\",\"bytes\":-1}\n",
      "a part of file 1 is wrong: bytes cannot be '-1': it must be a number from 0 to "
        + "1125899906842624"
    ),
    (
      "{\"name\":\"a\",\"size\":1}\n",
      "a part of file 1 is wrong: there is no parameter 'size' here: use one of name, modified, "
        + "bytes"
    ),
    (
      String(repeating: " ", count: 16_385),
      "a part of file 1 is wrong: its line is longer than 16 KiB"
    ),
  ])
  func `a part of another form is refused`(body: String, detail: String) async throws {
    let (response, _) = try await elements(of: [body])
    #expect(response.status == 400)
    #expect(response.fields["connection"] == "close")
    let problem = try JSONValue(response)
    #expect(problem["code"].text == "bad-body")
    #expect(problem["detail"].text == detail)
  }

  @Test(arguments: ["name=a", "modified=5"])
  func `what each file has for itself is no parameter of them all`(item: String) async throws {
    let (response, elements) = try await elements(of: [body], "/v1/import?files&\(item)")
    #expect(response.status == 400)
    #expect(elements.isEmpty)
    let allowed = "a member of each file where there are several"
    #expect(try JSONValue(response)["allowed"].text == allowed)
  }
}

extension [ImportBody.Element] {
  fileprivate mutating func add(_ element: ImportBody.Element) {
    if case .bytes(let more) = element, case .bytes(let bytes) = last {
      self[count - 1] = .bytes(bytes + more)
    } else {
      append(element)
    }
  }
}

extension String {
  fileprivate func cut(into length: Int) -> [String] {
    stride(from: 0, to: utf8.count, by: length).map { start in
      String(decoding: Array(utf8)[start..<min(start + length, utf8.count)], as: UTF8.self)
    }
  }
}
