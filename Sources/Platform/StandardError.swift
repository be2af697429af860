import Glibc

/// Standard error, for what is no result.
package enum StandardError {
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  package static func print(_ line: String) {
    write(line + "\n")
  }

  package static func write(_ text: String) {
    let bytes = Array(text.utf8)
    // Nobody is left to tell if this fails.
    _ = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
  }
}
