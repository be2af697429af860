import Glibc

/// The system's users and groups, which may come from files or over a network: calls can block.
enum UserDatabase {
  /// The number of a group; nil: there is none of that name.
  static func group(_ name: String) -> gid_t? {
    var entry = unsafe Glibc.group()
    return unsafe withBuffer { buffer in
      var found: UnsafeMutablePointer<Glibc.group>?
      let failure = unsafe getgrnam_r(name, &entry, buffer.baseAddress, buffer.count, &found)
      return unsafe (failure, found.map { unsafe $0.pointee.gr_gid })
    }
  }

  /// Whether a user belongs to a group, as primary or as supplementary group.
  static func isMember(_ user: uid_t, of group: gid_t) -> Bool {
    var entry = unsafe passwd()
    let groups: [gid_t]? = unsafe withBuffer { buffer in
      var found: UnsafeMutablePointer<passwd>?
      guard let text = buffer.baseAddress else { return (ENOMEM, nil) }
      let failure = unsafe getpwuid_r(user, &entry, text, buffer.count, &found)
      guard let found = unsafe found, let name = unsafe found.pointee.pw_name
      else { return (failure, nil) }
      let primary = unsafe found.pointee.pw_gid
      return unsafe (failure, Self.groups(of: name, primary))
    }
    return groups?.contains(group) ?? false
  }

  private static func groups(of user: UnsafePointer<CChar>, _ primary: gid_t) -> [gid_t] {
    var groups = [gid_t](repeating: primary, count: 64)
    var count = Int32(groups.count)
    while unsafe getgrouplist(user, primary, &groups, &count) < 0 {
      // getgrouplist(3): `count` now says how many there are.
      let needed = max(Int(count), groups.count * 2)
      guard needed <= 65_536 else { break }
      groups = [gid_t](repeating: primary, count: needed)
      count = Int32(needed)
    }
    return Array(groups.prefix(max(0, Int(count))))
  }

  /// Calls `body` with ever larger buffers until its entry fits.
  ///
  /// - Parameter body: returns the error number and the result. The buffer holds what the entry
  ///   points to, so what is needed must be copied out before it returns.
  /// - Returns: that result; nil when no buffer was large enough.
  private static func withBuffer<Result>(
    _ body: (UnsafeMutableBufferPointer<CChar>) -> (Int32, Result?)
  ) -> Result? {
    var size = 4096
    while size <= 1 << 20 {
      let (failure, result) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) {
        unsafe body($0)
      }
      guard failure == ERANGE else { return result }
      size *= 4
    }
    return nil
  }
}
