import Glibc

/// Where a daemon that runs in a terminal shows its messages and alerts.
package enum StandardError {
  package static func write(_ text: String) {
    let bytes = Array(text.utf8)
    // Nobody is left to tell if this fails.
    _ = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
  }
}
