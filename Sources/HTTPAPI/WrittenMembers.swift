/// The members of a JSON object as they are written, in their order, also those that come twice.
struct WrittenMembers {
  /// The name with its quotes, and the value.
  private(set) var all: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []

  /// Takes an object apart that is known to be valid.
  init(of json: [UInt8]) {
    var depth = 0
    var isText = false
    var isEscaped = false
    var start = json.startIndex
    var name: ArraySlice<UInt8>?
    for (index, byte) in json.enumerated() {
      if isText {
        isText = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      let isEnd = "]}".utf8.contains(byte)
      depth += "[{".utf8.contains(byte) ? 1 : isEnd ? -1 : 0
      isText = byte == UInt8(ascii: "\"")
      switch byte {
      case UInt8(ascii: ":") where depth == 1: name = Self.trimmed(json[start..<index])
      case UInt8(ascii: ",") where depth == 1, UInt8(ascii: "}") where depth == 0:
        if let name { all.append((name, Self.trimmed(json[start..<index]))) }
        name = nil
      case UInt8(ascii: "{") where depth == 1: break
      default: continue
      }
      start = index + 1
    }
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
    let rest = text.drop(while: isSpace)
    return rest.dropLast(rest.reversed().prefix(while: isSpace).count)
  }
}
