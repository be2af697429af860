import Foundation

/// What did not come to pass.
package struct NeverHappened: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// Looks again and again until `body` finds something.
package func poll<Found>(
  _ what: String,
  _ details: @autoclosure () -> String = "",
  _ body: () throws -> Found?
) throws -> Found {
  // Long: it only ends a test that fails.
  let deadline = Date(timeIntervalSinceNow: 300)
  while Date() < deadline {
    if let found = try body() { return found }
    usleep(2000)
  }
  throw NeverHappened(description: "it never happened that \(what)\n\(details())")
}

/// Looks again and again until it is so; false: it never was.
package func becomes(_ condition: () -> Bool) -> Bool {
  (try? poll("it is so") { condition() ? true : nil }) ?? false
}
