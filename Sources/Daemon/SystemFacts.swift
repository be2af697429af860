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

  /// What a group is called, getgrgid_r(3); nil: it has no name.
  static func name(ofGroup number: UInt32) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
      var entry = unsafe group()
      var found: UnsafeMutablePointer<group>?
      // The name lies in the buffer, and is copied out before that goes.
      unsafe getgrgid_r(number, &entry, buffer.baseAddress, buffer.count, &found)
      return unsafe found.map { unsafe String(cString: $0.pointee.gr_name) }
    }
  }

  /// Those that this process has: getgroups(2), and the effective one.
  static var groups: Set<UInt32> {
    let count = getgroups(0, nil)
    var groups = [gid_t](repeating: 0, count: Int(max(0, count)))
    // Nobody changes them meanwhile; it writes at most as many as there is room for.
    let written = unsafe getgroups(count, &groups)
    return Set(groups.prefix(Int(max(0, written)))).union([getegid()])
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
