import Glibc

/// Processor cores that a thread, and the programs it starts, may run on.
struct CoreSet {
  private static let maximum = MemoryLayout<cpu_set_t>.size * 8

  let cores: [Int]

  /// Those that this thread may use now.
  static func allowed() throws(BenchError) -> CoreSet {
    let call = try unsafe function(named: "sched_getaffinity")
    var mask = cpu_set_t()
    guard unsafe call(0, MemoryLayout<cpu_set_t>.size, &mask) == 0 else {
      throw BenchError(code: .systemCall("sched_getaffinity", errno: errno), subject: "this thread")
    }
    // Bit n of the mask, which lies in byte n / 8 on this little-endian machine, is core n.
    let cores = unsafe withUnsafeBytes(of: &mask) { bytes in
      (0..<maximum).filter { unsafe bytes[$0 / 8] >> ($0 % 8) & 1 == 1 }
    }
    return CoreSet(cores: cores)
  }

  /// The first `count` of these cores.
  func first(_ count: Int) throws(BenchError) -> CoreSet {
    guard cores.count >= count else {
      throw BenchError(
        code: .coresMissing(wanted: count, allowed: cores.count),
        subject: "the measurement"
      )
    }
    return CoreSet(cores: Array(cores.prefix(count)))
  }

  /// Runs `body` on these cores only, then goes back to `previous`.
  func run<Result>(
    insteadOf previous: CoreSet,
    _ body: () throws(BenchError) -> Result
  ) throws(BenchError) -> Result {
    try apply()
    let result: Result
    do {
      result = try body()
    } catch {
      try previous.apply()
      throw error
    }
    try previous.apply()
    return result
  }

  private func apply() throws(BenchError) {
    let call = try unsafe Self.function(named: "sched_setaffinity")
    var mask = cpu_set_t()
    unsafe withUnsafeMutableBytes(of: &mask) { bytes in
      for core in cores {
        unsafe bytes[core / 8] |= 1 << UInt8(core % 8)
      }
    }
    guard unsafe call(0, MemoryLayout<cpu_set_t>.size, &mask) == 0 else {
      throw BenchError(code: .systemCall("sched_setaffinity", errno: errno), subject: "\(cores)")
    }
  }

  private typealias AffinityCall =
    @convention(c) (pid_t, Int, UnsafeMutablePointer<cpu_set_t>) -> CInt

  /// The functions of sched.h that Swift's Glibc module leaves out, as they need _GNU_SOURCE.
  private static func function(named name: String) throws(BenchError) -> AffinityCall {
    guard let symbol = unsafe dlsym(nil, name) else {
      throw BenchError(code: .systemCall("dlsym", errno: ENOSYS), subject: name)
    }
    // sched_setaffinity(2) declares both with these parameters (the setter's mask is const).
    return unsafe unsafeBitCast(symbol, to: AffinityCall.self)
  }
}
