/// Writes JSON (RFC 8259) without a tree of values.
///
/// Objects and arrays close and commas come by themselves.
package struct JSONWriter {
  package var output: ByteWriter
  private var needsComma = false

  package init(output: ByteWriter = ByteWriter()) {
    self.output = output
  }

  /// Writes an object, as a member if it has a name.
  package mutating func object(_ name: String? = nil, _ writeMembers: (inout JSONWriter) -> Void) {
    if let name { key(name) }
    open(UInt8(ascii: "{"))
    writeMembers(&self)
    close(UInt8(ascii: "}"))
  }

  /// Writes an array, as a member if it has a name.
  package mutating func array(_ name: String? = nil, _ writeElements: (inout JSONWriter) -> Void) {
    if let name { key(name) }
    open(UInt8(ascii: "["))
    writeElements(&self)
    close(UInt8(ascii: "]"))
  }

  /// Ends a line of JSON Lines: the next value stands for itself.
  package mutating func endLine() {
    output.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// The name of a member; it must need no escapes.
  package mutating func key(_ name: String) {
    separate()
    let name = name.utf8
    output.append(capacity: name.count + 3) { text in
      text.append(UInt8(ascii: "\""))
      for byte in name { text.append(byte) }
      text.append(UInt8(ascii: "\""))
      text.append(UInt8(ascii: ":"))
    }
    needsComma = false
  }

  package mutating func value(_ text: String) {
    string(text.utf8)
  }

  package mutating func value(_ number: UInt64) {
    separate()
    output.append(number: number)
    needsComma = true
  }

  package mutating func value(_ number: Int) {
    separate()
    if number < 0 { output.append(UInt8(ascii: "-")) }
    output.append(number: UInt64(number.magnitude))
    needsComma = true
  }

  /// A number or `null`.
  package mutating func value(_ number: UInt64?) {
    if let number { value(number) } else { null() }
  }

  /// A text or `null`.
  package mutating func value(_ text: String?) {
    if let text { value(text) } else { null() }
  }

  package mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }
  package mutating func null() { raw("null") }

  /// A number given in tenths: 111 is `11.1`, 1000 is `100`.
  package mutating func value(tenths: UInt64) {
    value(tenths / 10)
    guard tenths % 10 != 0 else { return }
    output.append(UInt8(ascii: "."))
    output.append(number: tenths % 10)
  }

  /// A number given in hundredths: 1250 is `12.5`.
  package mutating func value(hundredths: Int64) {
    separate()
    output.append(hundredths: hundredths)
    needsComma = true
  }

  /// Writes text that needs no escapes.
  mutating func plain(_ text: ArraySlice<UInt8>) {
    separate()
    output.append(UInt8(ascii: "\""))
    output.append(text)
    output.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Writes the bytes of well-formed UTF-8 as a string.
  mutating func string(_ text: some Sequence<UInt8>) {
    separate()
    output.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case 0x0a: output.append("\\n")
      case 0x0d: output.append("\\r")
      case 0x09: output.append("\\t")
      case 0..<0x20:
        output.append("\\u00")
        output.append(byte < 0x10 ? "0" : "1")
        output.append("0123456789abcdef".utf8.dropFirst(Int(byte & 15)).first ?? 48)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func raw(_ text: String) {
    separate()
    output.append(text)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { output.append(UInt8(ascii: ",")) }
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    output.append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    output.append(byte)
    needsComma = true
  }
}
