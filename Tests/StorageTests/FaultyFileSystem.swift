import Foundation
import GRDBSQLite

/// SQLite's file system, but a write, sync or truncation of a chosen file fails (sqlite.org/vfs.html).
///
/// Registered as the default of the process; files that are not chosen are as ever. What makes it
/// safe: each function runs while SQLite holds the file open, and hands on what it was given.
enum FaultyFileSystem {
  struct Plan: Sendable {
    var calls = 0
    /// The number of the call that fails, from 1.
    var failing: Int
    var result: Int32
    var isDone: Bool { calls >= failing }
  }

  private struct OpenFile {
    var path: String
    var methods: UInt
  }

  private struct State {
    var plans: [String: Plan] = [:]
    var files: [UInt: OpenFile] = [:]
    /// The changed copy of each original table of methods.
    var copies: [UInt: UInt] = [:]
  }

  /// A value that is only touched while its lock is held.
  @safe private final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
      self.value = value
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
      lock.withLock { body(&value) }
    }
  }

  private static let state = Guarded(State())

  /// The next calls on the database at `path`, and its log, are counted, and one of them fails.
  static func arm(_ path: String, failing: Int, result: Int32) {
    _ = isRegistered
    state.withLock { $0.plans[path] = Plan(failing: failing, result: result) }
  }

  /// Ends what `arm` began; whether a call failed.
  static func disarm(_ path: String) -> Bool {
    state.withLock { $0.plans.removeValue(forKey: path)?.isDone ?? false }
  }

  /// Must be asked before the database is opened.
  static let isRegistered: Bool = {
    guard let original = unsafe sqlite3_vfs_find(nil) else { return false }
    let copy = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    unsafe copy.initialize(to: original.pointee)
    let name = UnsafeMutablePointer<CChar>.allocate(capacity: 8)
    for (index, byte) in Array("faulty".utf8CString).enumerated() {
      unsafe name[index] = byte
    }
    unsafe copy.pointee.zName = UnsafePointer(name)
    unsafe copy.pointee.xOpen = { vfs, name, file, flags, outFlags in
      unsafe FaultyFileSystem.open(vfs, name, file, flags, outFlags)
    }
    unsafe originalOpen.withLock { unsafe $0 = original.pointee.xOpen }
    return unsafe sqlite3_vfs_register(copy, 1) == SQLITE_OK
  }()

  private typealias Open =
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, sqlite3_filename?, UnsafeMutablePointer<sqlite3_file>?,
      Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32

  private static let originalOpen = unsafe Guarded<Open?>(nil)

  private static func open(
    _ vfs: UnsafeMutablePointer<sqlite3_vfs>?,
    _ name: sqlite3_filename?,
    _ file: UnsafeMutablePointer<sqlite3_file>?,
    _ flags: Int32,
    _ outFlags: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let open = unsafe originalOpen.withLock({ unsafe $0 }), let file = unsafe file else {
      return SQLITE_ERROR
    }
    let result = unsafe open(vfs, name, file, flags, outFlags)
    guard result == SQLITE_OK, let name = unsafe name, let methods = unsafe file.pointee.pMethods
    else { return result }
    let path = unsafe String(cString: name)
    let original = UInt(bitPattern: methods)
    state.withLock { state in
      let copy = unsafe state.copies[original] ?? changed(methods)
      state.copies[original] = copy
      state.files[UInt(bitPattern: file)] = OpenFile(path: path, methods: original)
      unsafe file.pointee.pMethods = UnsafePointer(bitPattern: copy)
    }
    return result
  }

  private static func changed(_ methods: UnsafePointer<sqlite3_io_methods>) -> UInt {
    let copy = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    unsafe copy.initialize(to: methods.pointee)
    unsafe copy.pointee.xWrite = { file, bytes, count, offset in
      let (failure, methods) = FaultyFileSystem.next(UInt(bitPattern: file))
      return unsafe failure
        ?? FaultyFileSystem.methods(methods)?.xWrite(file, bytes, count, offset) ?? SQLITE_ERROR
    }
    unsafe copy.pointee.xSync = { file, flags in
      let (failure, methods) = FaultyFileSystem.next(UInt(bitPattern: file))
      return unsafe failure
        ?? FaultyFileSystem.methods(methods)?.xSync(file, flags) ?? SQLITE_ERROR
    }
    unsafe copy.pointee.xTruncate = { file, size in
      let (failure, methods) = FaultyFileSystem.next(UInt(bitPattern: file))
      return unsafe failure
        ?? FaultyFileSystem.methods(methods)?.xTruncate(file, size) ?? SQLITE_ERROR
    }
    return UInt(bitPattern: copy)
  }

  private static func methods(_ address: UInt) -> sqlite3_io_methods? {
    let pointer = unsafe UnsafePointer<sqlite3_io_methods>(bitPattern: address)
    return unsafe pointer?.pointee
  }

  /// Counts a call: the result if it fails, and where the original methods of the file are.
  private static func next(_ file: UInt) -> (failure: Int32?, methods: UInt) {
    state.withLock { state in
      guard let open = state.files[file] else { return (SQLITE_ERROR, 0) }
      let path = open.path.hasSuffix("-wal") ? String(open.path.dropLast(4)) : open.path
      guard var plan = state.plans[path], !plan.isDone else { return (nil, open.methods) }
      plan.calls += 1
      state.plans[path] = plan
      return (plan.isDone ? plan.result : nil, open.methods)
    }
  }
}
