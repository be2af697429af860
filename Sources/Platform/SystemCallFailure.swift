import Glibc

/// The error number of a system call that failed.
package struct SystemCallFailure: Error, Equatable, CustomStringConvertible {
  package let number: Int32

  package init(number: Int32) {
    self.number = number
  }

  /// strerror(3): in few words what the number means.
  package var description: String {
    // A string that ends with 0, good until this thread's next call.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
