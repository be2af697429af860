import Glibc
import HTTPTypes

/// Chart.js, as the system's package `libjs-chart.js` installs it.
package struct ChartLibrary: Sendable {
  package var path = "/usr/share/javascript/chart.js/chart.min.js"

  package init() {}

  /// Its bytes.
  ///
  /// - Throws: `Problem` if it is not there: the dashboard does with tables then.
  func read() throws(Problem) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw missing }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < Self.limit {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw missing }
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
    throw missing
  }

  /// Ten times the size of version 3.
  private static let limit = 2 << 20

  private var missing: Problem {
    Problem(
      .notFound,
      "no-chart-library",
      "there is no Chart.js at '\(path)': install the package libjs-chart.js"
    )
  }
}
