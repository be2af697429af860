import Glibc
import MailLog
import TestSupport
import Testing

struct ClientAddressTests {
  private func address(_ groups: [UInt16]) -> ClientAddress {
    let words = groups.map(UInt64.init)
    return ClientAddress(
      high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
      low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7]
    )
  }

  /// What the C library reads, nil if it is no address.
  private func reference(_ text: String) -> ClientAddress? {
    var four = in_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 {
      return ClientAddress(ipv4: UInt32(bigEndian: four.s_addr))
    }
    var six = [UInt8](repeating: 0, count: 16)
    guard unsafe inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return address((0..<8).map { UInt16(six[$0 * 2]) << 8 | UInt16(six[$0 * 2 + 1]) })
  }

  /// What the C library writes.
  private func referenceText(_ groups: [UInt16]) -> String {
    let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    var text = [CChar](repeating: 0, count: 64)
    _ = unsafe inet_ntop(AF_INET6, bytes, &text, 64)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// RFC 5952, sections 1 to 5.
  @Test(arguments: [
    ("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
    ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:0::1", "2001:db8::1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::1", "::1"), ("::", "::"), ("1::", "1::"),
    ("0:0:0:0:0:0:0:1", "::1"), ("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
    ("::ffff:c000:201", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
    ("255.255.255.255", "255.255.255.255"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
  ])
  func `addresses are written in one way`(text: String, canonical: String) throws {
    let address = try #require(ClientAddress(text))
    #expect(address.text == canonical)
    #expect(ClientAddress(canonical) == address)
  }

  @Test(arguments: [
    "", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1.2.3.256", "1.2.3.1000",
    "1..2.3", "1.2.3.-4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4%eth0", "12345::", "::12345", "g::",
    "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", "1::2::3",
    "1::2:3:4:5:6:7:8", "::1.2.3", "::1.2.3.4.5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "%eth0",
    "unknown", "::ffff:1.2.3.4x", "[::1]", "1:2:3:4:5:6:7:8g", "0x7f.0.0.1", "٣.1.1.1",
    String(repeating: "1:", count: 5000), String(repeating: ":", count: 5000),
  ])
  func `what is no address is none`(_ text: String) {
    #expect(ClientAddress(text) == nil)
  }

  @Test func `texts are written as the C library does`() {
    var numbers = SeededNumbers(9)
    for _ in 0..<5000 {
      let groups = (0..<8).map { _ in
        [0, 0, 0, 1, 0xff, UInt16.random(in: 0 ... .max, using: &numbers)][numbers.below(6)]
      }
      // The C library writes IPv4 at the end of these.
      guard groups.prefix(5).contains(where: { $0 != 0 }) else { continue }
      let address = address(groups)
      #expect(address.text == referenceText(groups))
      #expect(ClientAddress(address.text) == address)
    }
  }

  @Test func `random texts are read as the C library does`() {
    var numbers = SeededNumbers(10)
    let seeds = [
      "192.0.2.10", "2001:db8::1:0:0:1", "::ffff:10.20.30.40", "1:2:3:4:5:6:7:8", "::", "fe80::",
      "1:2:3:4:5:6:1.2.3.4", "::1",
    ]
    let alphabet = Array("0123456789abcdefgABF::::....%".unicodeScalars.filter { $0 != "%" })
    var addresses = 0
    for _ in 0..<60_000 {
      var text = Array(seeds[numbers.below(seeds.count)].unicodeScalars)
      for _ in 0..<numbers.below(4) {
        let place = numbers.below(text.count + 1)
        switch numbers.below(3) {
        case 0 where place < text.count: text.remove(at: place)
        case 1 where place < text.count: text[place] = alphabet[numbers.below(alphabet.count)]
        default: text.insert(alphabet[numbers.below(alphabet.count)], at: place)
        }
      }
      let string = String(String.UnicodeScalarView(text))
      // The C library refuses zeros in front of a decimal number, here they are taken.
      let hasLeadingZero = string.split(separator: ":").last.map { part in
        part.split(separator: ".").contains { $0.count > 1 && $0.first == "0" }
      }
      if string.contains("."), hasLeadingZero == true { continue }
      let expected = reference(string)
      if expected != nil { addresses += 1 }
      #expect(ClientAddress(string) == expected, "\(string)")
    }
    #expect(addresses > 10_000)
  }

  @Test func `networks are those of the reports`() throws {
    for (text, network) in [
      ("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
      ("::1", "::/48"), ("::", "::/48"), ("0.0.0.0", "0.0.0.0/24"),
    ] {
      let address = try #require(ClientAddress(text))
      #expect(address.networkText == network)
      #expect(address.isIPv4 == text.contains("."))
      #expect(!address.isUnknown)
    }
    #expect(ClientAddress.unknown.networkText == "(unknown)")
    #expect(ClientAddress.unknown.network == .unknown)
    #expect(ClientAddress.unknown.isUnknown)
    #expect(!ClientAddress.unknown.isIPv4)
  }

  @Test(arguments: [
    ("mx[192.0.2.1]", "192.0.2.1"), ("mx[::1]:4711", "::1"), ("unknown[unknown]", ""),
    ("mx", ""), ("mx[", ""), ("mx[192.0.2.1", ""), ("[]", ""),
    ("][192.0.2.1]", "192.0.2.1"),
    ("a[192.0.2.1][192.0.2.2]", "192.0.2.1"), ("", ""), ("mx[[192.0.2.1]]", ""),
  ])
  func `the address stands in the first brackets`(text: String, expected: String) {
    let block = Array("[192.0.2.9] \(text)]".utf8)
    let range = ByteRange(12, block.count - 1)
    let found = block.span.clientAddress(range)
    #expect(found == ClientAddress(expected) ?? .unknown)
  }
}
