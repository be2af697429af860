// Numbers as the language writes them.
extension Language {
  private var thousands: String { self == .english ? "," : "." }
  /// Between a number and its fraction.
  package var decimals: String { self == .english ? "." : "," }

  /// `1,234`.
  package func number(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += thousands }
      text.append(digit)
    }
    return text
  }

  /// To a tenth at most: `3.4`, `40`; what is no number or negative is 0.
  package func figure(_ value: Double) -> String {
    let tenths = UInt64(min(1e15, max(0, value * 10)).rounded())
    let whole = number(tenths / 10)
    return tenths.isMultiple(of: 10) ? whole : "\(whole)\(decimals)\(tenths % 10)"
  }

  /// Tenths of a percent: `12.5%`, in German `12,5 %`.
  package func percent(_ tenths: UInt64) -> String {
    let space = self == .german ? "\u{a0}" : ""
    return "\(tenths / 10)\(decimals)\(tenths % 10)\(space)%"
  }
}
