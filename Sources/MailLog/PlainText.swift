/// `shown` without characters that are invisible or change the order of a line.
///
/// Bidirectional controls, joiners, tags and unassigned characters become `\u{HEX}`. Text that
/// comes from names has its control characters escaped already: see `escapedText`.
public func plainText(_ shown: String) -> String {
  if shown.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return shown }
  var result = ""
  for scalar in shown.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
