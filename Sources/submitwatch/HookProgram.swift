import Foundation
import Glibc
import LogSources
import MailLog
import Platform

/// A program that is run for an alert.
///
/// No shell, nothing of the alert among its arguments: what clients control comes on standard input
/// and, without control characters, in the environment.
struct HookProgram {
  let path: String
  /// After so many seconds it is ended, with all that it started.
  let seconds: Int

  /// How a run ended.
  enum Outcome: Equatable {
    case done
    /// With `EX_DATAERR`: this alert is none that it can act on, now or later.
    case refused(String)
    case failed(String)
    case notStarted(String)
  }

  /// Throws a failure with this status if there is no program there that this user may execute.
  func check(orThrow status: Failure.Status) throws {
    let shown = "--exec '\(escapedText(path.utf8))'"
    var file = stat()
    guard unsafe stat(path, &file) == 0 else {
      let reason = SystemCallFailure(number: errno)
      throw Failure(status, "\(shown): \(reason); name a program that this user can reach")
    }
    guard file.st_mode & S_IFMT == S_IFREG else {
      throw Failure(status, "\(shown) is no file; name a program")
    }
    guard unsafe faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 else {
      throw Failure(status, "\(shown) may not be executed by this user; 'chmod +x' lets it")
    }
  }

  /// Runs it with an alert, and waits for its end.
  ///
  /// Its output goes to standard error, the first 64 KiB of it.
  func run(_ alert: [UInt8], event: UInt64) -> Outcome {
    let input: UnnamedFile
    var output: [Int32] = [0, 0]
    do throws(SystemCallFailure) {
      input = try spooled(alert)
      guard unsafe pipe(&output) == 0 else { throw SystemCallFailure(number: errno) }
    } catch {
      let folder = UnnamedFile.temporaryFolder
      return .notStarted("cannot be given the alert by way of '\(folder)': \(error); set TMPDIR")
    }
    // The program keeps what it is given as 0, 1 and 2 only: nothing it leaves behind holds us up.
    for end in output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let started = spawn(input, output[1], environment(alert, event))
    close(output[1])
    defer { close(output[0]) }
    switch started {
    case .failure(let error): return .notStarted("cannot be started: \(error)")
    case .success(let id): return wait(for: id, output[0])
    }
  }

  /// The alert in a file, from its start: a program that reads nothing holds up nobody.
  private func spooled(_ alert: [UInt8]) throws(SystemCallFailure) -> UnnamedFile {
    let file = try UnnamedFile()
    try file.write(alert[...])
    try file.rewind()
    return file
  }

  private func spawn(
    _ input: UnnamedFile,
    _ output: Int32,
    _ environment: [String]
  ) -> Result<pid_t, SystemCallFailure> {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.descriptor, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    // A group of its own, and signals as a program expects them.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    // posix_spawn(3) reads them only during the call.
    var words = unsafe [strdup(path), nil]
    var variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (words + variables).forEach { unsafe free($0) } }
    var id: pid_t = 0
    let number = unsafe posix_spawn(&id, path, &actions, &attributes, &words, &variables)
    return number == 0 ? .success(id) : .failure(SystemCallFailure(number: number))
  }

  /// Passes output on until the program has ended, or is ended with all that it started.
  private func wait(for id: pid_t, _ output: Int32) -> Outcome {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var passed = 0
    while ContinuousClock.now < deadline {
      if hasInput(output, milliseconds: 20) { pass(output, &passed) }
      guard hasEnded(id) else { continue }
      while passed < Self.outputLimit, hasInput(output, milliseconds: 0) { pass(output, &passed) }
      return outcome(end(id))
    }
    _ = end(id)
    return .failed("did not end in \(seconds) seconds, and was ended")
  }

  private func hasEnded(_ id: pid_t) -> Bool {
    var information = unsafe siginfo_t()
    // It stays a zombie: its number is nobody else's until its group is ended.
    let options = WEXITED | WNOHANG | WNOWAIT
    let status = unsafe waitid(P_PID, id_t(id), &information, options)
    return unsafe status == 0 && information.si_signo != 0
  }

  /// Ends a program with all that it started; its status, waitpid(2).
  private func end(_ id: pid_t) -> Int32 {
    kill(-id, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) != id, errno == EINTR {}
    return status
  }

  /// Waits for output; false: there is none, or never will be.
  private func hasInput(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var watched = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    let count = unsafe poll(&watched, 1, milliseconds)
    if count == 1, watched[0].revents & Int16(POLLIN) != 0 { return true }
    // Closed: poll(2) does not wait then.
    if count == 1 { usleep(UInt32(milliseconds) * 1000) }
    return false
  }

  private static let outputLimit = 64 * 1024

  private func pass(_ output: Int32, _ passed: inout Int) {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    let count = unsafe read(output, &buffer, buffer.count)
    guard count > 0, passed < Self.outputLimit else { return }
    let part = buffer.prefix(min(count, Self.outputLimit - passed))
    passed += part.count
    StandardError.write(String(decoding: part, as: UTF8.self))
    if passed == Self.outputLimit { StandardError.write("\n[more output is left out]\n") }
  }

  private func outcome(_ status: Int32) -> Outcome {
    let signal = status & 0x7f
    if signal != 0 { return .failed("was ended by signal \(signal)") }
    let code = status >> 8 & 0xff
    let text = "ended with status \(code)"
    return code == 0 ? .done : code == EX_DATAERR ? .refused(text) : .failed(text)
  }
}

// What the program finds in its environment.
extension HookProgram {
  private struct Fields: Decodable {
    var id, rule, severity, state, account: String
  }

  private func environment(_ alert: [UInt8], _ event: UInt64) -> [String] {
    let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SUBMITWATCH_") }
    var values = own.map { "\($0.key)=\($0.value)" }
    values.append("SUBMITWATCH_EVENT=\(event)")
    guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(alert)) else {
      return values
    }
    for (name, value) in [
      ("ID", fields.id), ("RULE", fields.rule), ("SEVERITY", fields.severity),
      ("STATE", fields.state), ("ACCOUNT", fields.account),
    ] {
      // No end of a string in a string, and no line for a careless program to break.
      let safe = String(decoding: value.utf8.filter { !$0.isControl }, as: UTF8.self)
      values.append("SUBMITWATCH_\(name)=\(safe)")
    }
    return values
  }
}
