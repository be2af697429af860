import ArgumentParser
import MailLog
import Settings

/// Refuses the name of a zone that does not exist.
func checkZone(_ name: String?) throws {
  guard let name, ZoneRules(named: name) == nil else { return }
  throw ValidationError(
    "'\(escapedText(name.utf8))' is no time zone: use a name such as \(ZoneRules.examples)"
  )
}

/// Refuses a number that `option` cannot have.
func checkRange(_ option: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
  guard let value, !range.contains(value) else { return }
  throw ValidationError(
    "\(option) \(value) is out of range: it must be \(range.lowerBound) to \(range.upperBound)"
  )
}
