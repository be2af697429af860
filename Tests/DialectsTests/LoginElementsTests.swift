import MailLog
import Testing

@testable import Dialects

struct LoginElementsTests {
  @Test(arguments: [", ", ",,", ",", ", ,", ",,,", ",,,,,,,", ", , , ", ", TLS handshaking,,,"])
  func `commas of any number between elements of a login line are read over`(commas: String) {
    let line = Array("user=<a@b.example>, method=PLAIN\(commas)rip=192.0.2.1\(commas)TLS".utf8)
    for end in line.indices {
      var login = LoginElements()
      login.readAll(ByteScanner(line.span, from: 0, to: end))
      #expect(login.client.isEmpty || login.client.range.upperBound <= end)
    }
    var login = LoginElements()
    login.readAll(ByteScanner(line.span))
    #expect(String(decoding: line[login.user.range], as: UTF8.self) == "a@b.example")
    #expect(String(decoding: line[login.mechanism.range], as: UTF8.self) == "PLAIN")
  }
}
