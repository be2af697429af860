extension UInt8 {
  /// Whether the byte is a control character of ASCII.
  @inlinable public var isControl: Bool { self < 0x20 || self == 0x7f }
}

extension StringProtocol {
  /// Whether a control character of ASCII is in the text, such as the end of a line.
  package var hasControls: Bool { utf8.contains(where: \.isControl) }
}
