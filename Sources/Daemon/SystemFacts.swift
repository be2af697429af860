import Foundation

/// What the system knows of files, groups and errors.
enum SystemFacts {
  /// Bytes; 0 where there is no such file.
  static func size(of path: String) -> UInt64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
  }

  /// The name if there is such a group, getgrnam(3); not to be called by two threads at once.
  static func existingGroup(_ name: String) -> String? {
    unsafe getgrnam(name) == nil ? nil : name
  }

  /// strerror(3).
  static func text(ofError number: Int32) -> String {
    unsafe String(cString: strerror(number))
  }
}
