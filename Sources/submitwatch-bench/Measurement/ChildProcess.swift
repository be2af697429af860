import Glibc

/// Runs a program to its end, and says what it took.
///
/// Pointers go to the system for the length of a call only; the texts they stand for outlive it.
struct ChildProcess {
  /// What one run took, as wait4(2) gives it.
  struct Usage {
    /// User and system time together.
    let processorSeconds: Double
    let wallSeconds: Double
    let peakResidentBytes: Int
  }

  let program: String
  let arguments: [String]

  /// This program itself, with other arguments.
  static func own(_ arguments: [String]) throws(BenchError) -> ChildProcess {
    let link = "/proc/self/exe"
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe readlink(link, &path, path.count)
    guard length > 0 else {
      throw BenchError(code: .systemCall("readlink", errno: errno), subject: link)
    }
    return ChildProcess(
      program: String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self),
      arguments: arguments
    )
  }

  /// Runs the program with its standard output in a file; only exit code 0 is a success.
  ///
  /// The peak of resident memory can be the parent's own at that time, if that is higher: the child
  /// starts with the parent's pages. So a parent that measures must be small.
  func run(output: String) throws(BenchError) -> Usage {
    let start = ContinuousClock.now
    let child = try spawn(output: output)
    var status: CInt = 0
    var usage = rusage()
    while unsafe wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else {
        throw BenchError(code: .systemCall("wait4", errno: errno), subject: program)
      }
    }
    let wall = (ContinuousClock.now - start) / .seconds(1)
    // The macros of wait(2): the low seven bits hold the signal, the next byte the exit code.
    guard status & 0x7F == 0 else {
      throw BenchError(code: .programKilled(signal: status & 0x7F), subject: program)
    }
    guard status == 0 else {
      throw BenchError(code: .programFailed(status: status >> 8 & 0xFF), subject: program)
    }
    return Usage(
      processorSeconds: usage.ru_utime.seconds + usage.ru_stime.seconds,
      wallSeconds: wall,
      peakResidentBytes: usage.ru_maxrss << 10
    )
  }

  private func spawn(output: String) throws(BenchError) -> pid_t {
    let environment = try SystemFile.contents(of: "/proc/self/environ")
    let variables = environment.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    // Each copy is freed below, after the spawn, which does not keep it.
    let texts = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    let settings = unsafe variables.map { unsafe strdup($0) } + [nil]
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer {
      let copies = unsafe texts + settings
      for index in unsafe copies.indices {
        unsafe free(copies[index])
      }
      unsafe posix_spawn_file_actions_destroy(&actions)
    }
    unsafe posix_spawn_file_actions_addopen(
      &actions,
      STDOUT_FILENO,
      output,
      O_WRONLY | O_CREAT | O_TRUNC,
      0o644
    )
    var child: pid_t = 0
    let failure = unsafe posix_spawnp(&child, program, &actions, nil, texts, settings)
    guard failure == 0 else {
      let code: BenchError.Code =
        failure == ENOENT ? .programMissing : .systemCall("posix_spawn", errno: failure)
      throw BenchError(code: code, subject: program)
    }
    return child
  }
}

extension timeval {
  fileprivate var seconds: Double {
    Double(tv_sec) + Double(tv_usec) / 1_000_000
  }
}
