import Glibc
import Platform

/// A reason why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
  enum Code: Equatable {
    case systemCall(String, errno: CInt)
    case programMissing
    case programFailed(status: CInt)
    case programKilled(signal: CInt)
    case truthMissing
    case outputUnreadable
    case countWrong(expected: Int, found: Int)
    case coresMissing(wanted: Int, allowed: Int)
  }

  let code: Code
  let subject: String

  var description: String {
    switch code {
    case .systemCall(let call, let number):
      "\(call) failed on '\(subject)': \(SystemCallFailure(number: number))"
    case .programMissing where subject == "valgrind":
      "cannot run 'valgrind': not found; install it ('apt install valgrind' on Debian)"
    case .programMissing where subject.hasSuffix("systemd-journal-remote"):
      "cannot run '\(subject)': not found; install it "
        + "('apt install systemd-journal-remote' on Debian)"
    case .programMissing:
      "cannot run '\(subject)': not found; build it with 'swift build -c release', "
        + "or name it with --program"
    case .programFailed(let status):
      "'\(subject)' ended with exit code \(status); its own message is above"
    case .programKilled(let signal):
      "'\(subject)' was ended by signal \(signal)"
    case .truthMissing:
      "'\(subject)' exists without '\(TruthTable.path(for: subject))': it may be a genuine log and "
        + "is left alone; name another file, or remove it first"
    case .outputUnreadable:
      "'\(subject)' does not hold the expected figure; run the same command by hand to see why"
    case .countWrong(let expected, let found):
      "\(found) entries were read in '\(subject)', there are \(expected)"
    case .coresMissing(let wanted, let allowed):
      "\(subject) needs \(wanted) cores, this process may use \(allowed); "
        + "give it more (taskset, container limits)"
    }
  }
}
