import Foundation

/// What the system knows of files, groups and itself.
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

  /// gethostname(2); empty where it cannot be told.
  static var hostName: [UInt8] {
    var name = [UInt8](repeating: 0, count: 256)
    // The buffer is valid for the call, which writes at most its length; it is not empty.
    let result = unsafe name.withUnsafeMutableBytes { buffer in
      let text = unsafe buffer.bindMemory(to: CChar.self)
      return unsafe text.baseAddress.map { unsafe gethostname($0, text.count) } ?? -1
    }
    return result == 0 ? Array(name.prefix { $0 != 0 }) : []
  }
}
