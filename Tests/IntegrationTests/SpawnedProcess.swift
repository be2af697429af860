import Glibc
import TestSupport

/// A process that runs beside the test.
///
/// Foundation's `Process` hands the descriptors by which it learns of the end of other processes on
/// to children that are started at the same time: a child that goes on for long then holds up who
/// waits for one that has ended.
final class SpawnedProcess {
  let id: pid_t
  private var status: Int32?

  /// Starts a program without input; what it writes goes to `output`, which is made.
  init(_ program: String, _ arguments: [String], environment: [String], output: String) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, output, O_WRONLY | O_CREAT, 0o600)
    // One that is not open does no harm.
    for other in Int32(3)..<512 { unsafe posix_spawn_file_actions_addclose(&actions, other) }
    // A thread of the tests may block signals: a process of its own blocks none.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // posix_spawn(3) reads them only during the call.
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    let all = environment + CommandRun.sanitizers.map { "\($0.key)=\($0.value)" }
    var variables = unsafe all.map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    var id: pid_t = 0
    let number = unsafe posix_spawn(&id, program, &actions, &attributes, &words, &variables)
    guard number == 0 else {
      throw NeverHappened(description: "\(program) cannot be started: error \(number)")
    }
    self.id = id
  }

  deinit {
    if isRunning { end(by: SIGKILL) }
  }

  /// False: it has ended.
  var isRunning: Bool {
    guard status == nil else { return false }
    var now: Int32 = 0
    if unsafe waitpid(id, &now, WNOHANG) == id { status = now }
    return status == nil
  }

  func send(_ signal: Int32) {
    // The number of a process that was waited for may be another's.
    if isRunning { kill(id, signal) }
  }

  /// Ends the process by a signal; returns its exit status, or the signal's number below zero.
  @discardableResult func end(by signal: Int32) -> Int32 {
    send(signal)
    return end()
  }

  /// Waits for the process's own end.
  @discardableResult func end() -> Int32 {
    if status == nil {
      var last: Int32 = 0
      while unsafe waitpid(id, &last, 0) != id, errno == EINTR {}
      status = last
    }
    let last = status ?? 0
    return last & 0x7f == 0 ? last >> 8 & 0xff : -(last & 0x7f)
  }
}
