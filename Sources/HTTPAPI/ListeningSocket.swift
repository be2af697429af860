import Glibc
import Platform

/// A Unix stream socket that listens: bound by us, or passed by systemd.
package struct ListeningSocket: Sendable {
  /// The server closes it.
  let descriptor: Int32
  /// The file to remove at the end; nil: it is somebody else's.
  let file: File?

  /// The socket's file, told from a later one at the same path.
  struct File: Sendable, Equatable {
    let path: String
    let identity: FileIdentity
    /// When it was made: numbers of files come again.
    let made: Int64
  }

  private static let backlog: Int32 = 256

  /// Binds `path`; nobody can connect before group and mode are set.
  ///
  /// A file that a killed daemon left is replaced.
  ///
  /// - Parameters:
  ///   - path: where clients find the socket.
  ///   - group: the group that it belongs to; nil: that of the process.
  ///   - mode: who may connect, chmod(2).
  /// - Returns: the socket; whoever connects from now on waits for the server.
  /// - Throws: if the path cannot be had.
  package static func binding(
    _ path: String,
    group: String?,
    mode: UInt32 = 0o660
  ) throws(ListeningSocketError) -> ListeningSocket {
    let address = try address(of: path)
    let owner = group.map(UserDatabase.group)
    if let group, owner == .some(nil) { throw .unknownGroup(group) }
    try clear(path, address)
    let descriptor = socket(AF_UNIX, stream | closeOnExec, 0)
    guard descriptor >= 0 else { throw .failed("make a socket for", path, errno) }
    do throws(ListeningSocketError) {
      // Connections are refused until listen(2): what comes before it is seen as one step.
      guard unsafe withAddress(address, { unsafe bind(descriptor, $0, $1) }) == 0 else {
        throw .failed("bind", path, errno)
      }
      if let owner = owner ?? nil, unsafe chown(path, uid_t.max, owner) != 0 {
        throw .failed("set the group of", path, errno)
      }
      guard unsafe chmod(path, mode) == 0 else { throw .failed("set the mode of", path, errno) }
      guard listen(descriptor, backlog) == 0 else { throw .failed("listen on", path, errno) }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return ListeningSocket(descriptor: descriptor, file: file(at: path))
  }

  /// Takes over a socket that listens already, sd_listen_fds(3).
  package static func adopting(_ descriptor: Int32) throws(ListeningSocketError) -> ListeningSocket
  {
    guard option(SO_DOMAIN, of: descriptor) == AF_UNIX else {
      throw .unusableDescriptor(descriptor, "it is no Unix socket")
    }
    guard option(SO_TYPE, of: descriptor) == stream else {
      throw .unusableDescriptor(descriptor, "it is no stream socket")
    }
    guard option(SO_ACCEPTCONN, of: descriptor) == 1 else {
      throw .unusableDescriptor(descriptor, "it does not listen")
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return ListeningSocket(descriptor: descriptor, file: nil)
  }

  /// Where clients find it, getsockname(2); nil: no path leads to it.
  package var path: String? {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      // Every address begins as a sockaddr does, and `size` is the room that it has.
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    guard status == 0 else { return nil }
    let bytes = unsafe withUnsafeBytes(of: address.sun_path) { unsafe Array($0) }
    let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }

  /// Another descriptor of the same socket, for a server that closes it and leaves the file alone.
  package func copy() throws(ListeningSocketError) -> ListeningSocket {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .failed("copy", file?.path ?? "the socket", errno) }
    return ListeningSocket(descriptor: copy, file: nil)
  }

  /// Whether clients find it where it was bound.
  package var isInPlace: Bool {
    file.map { Self.file(at: $0.path) == $0 } ?? true
  }

  /// Lets nobody else connect, once no server has a copy; for a socket that no server was given.
  package func close() {
    removeFile()
    Glibc.close(descriptor)
  }

  /// Removes the socket's file, unless another has taken its place.
  func removeFile() {
    guard let file, Self.file(at: file.path) == file else { return }
    unsafe unlink(file.path)
  }

  private static func file(at path: String) -> File? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    return File(
      path: path,
      identity: FileIdentity(status),
      made: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    )
  }

  /// Removes the file of a socket on which nobody answers.
  private static func clear(_ path: String, _ address: sockaddr_un) throws(ListeningSocketError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    let probe = socket(AF_UNIX, stream | closeOnExec | nonBlocking, 0)
    guard probe >= 0 else { throw .failed("make a socket for", path, errno) }
    defer { Glibc.close(probe) }
    let outcome = unsafe withAddress(address) { unsafe connect(probe, $0, $1) }
    // EAGAIN: its backlog is full.
    guard outcome != 0, errno == ECONNREFUSED else { throw .inUse(path) }
    guard unsafe unlink(path) == 0 else { throw .failed("replace", path, errno) }
  }

  private static func address(of path: String) throws(ListeningSocketError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // The path ends with a 0.
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard !bytes.isEmpty, bytes.count <= room else { throw .pathTooLong(path) }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return address
  }

  private static func withAddress(
    _ address: sockaddr_un,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    // Every address begins as a sockaddr does, and is read only during the call.
    return unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
    }
  }

  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  private static let stream = Int32(SOCK_STREAM.rawValue)
  private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
  private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
}
