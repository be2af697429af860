import Foundation
import Glibc
import MailLog
import Platform
import Reports

/// The socket where the daemon answers: asks, prints answers, turns refusals into failures.
struct DaemonSocket {
  static let defaultPath = "/run/submitwatch/submitwatch.sock"

  let path: String

  /// Asks for a report, and passes it on to standard output as it comes.
  ///
  /// The daemon writes tables itself, as wide as the terminal here is.
  func print(
    _ path: String,
    _ query: [(name: String, value: String)],
    as format: OutputFormat,
    style: Style
  ) throws {
    var request = DaemonClient.Request(path: path, query: query)
    switch format {
    case .csv: request.headers.append("Accept", "text/csv")
    case .json: request.headers.append("Accept", "application/json")
    case .table:
      request.headers.append("Accept", "text/plain")
      let widths = Presentation.widths
      let width = StandardOutput.width.map { min(max($0, widths.lowerBound), widths.upperBound) }
      request.headers.append("Submitwatch-Width", width)
      request.headers.append("Submitwatch-Color", style == .ansi ? "1" : "0")
    }
    try exchange(request) { try StandardOutput.write($0) }
  }

  /// The whole answer.
  func answer(to request: DaemonClient.Request) throws -> [UInt8] {
    var answer: [UInt8] = []
    try exchange(request) { part in
      guard answer.count + part.count <= 64 << 20 else {
        throw Failure(.failed, "the daemon's answer is longer than 64 MiB")
      }
      answer += part
      return true
    }
    return answer
  }

  /// The whole answer, a JSON document.
  func answer<Answer: Decodable>(
    to request: DaemonClient.Request,
    as type: Answer.Type
  ) throws -> Answer {
    let json = try answer(to: request)
    guard let answer = try? JSONDecoder().decode(type, from: Data(json)) else {
      throw notUnderstood
    }
    return answer
  }

  /// Of an answer that is somebody else's, or of another version.
  var notUnderstood: Failure {
    Failure(
      .failed,
      "the answer at \(place) is not understood; does submitwatchd listen there,"
        + " and are submitwatch and submitwatchd of one version?"
    )
  }

  /// Passes on an answer without an end; `sink` returns whether more of it is wanted.
  func stream(_ request: DaemonClient.Request, _ sink: ([UInt8]) throws -> Bool) throws {
    try exchange(request, sink)
  }

  /// Sends a request; `sink` takes the parts of an answer that is no refusal.
  ///
  /// - Throws: also where it is not of the type that was asked for: then it is somebody else's.
  private func exchange(
    _ request: DaemonClient.Request,
    _ sink: ([UInt8]) throws -> Bool
  ) throws {
    let type = request.headers.first { $0.name == "Accept" }?.value
    func isTaken(_ head: DaemonClient.Head) throws -> Bool {
      if head.isSuccess, let type, head.type != type { throw notUnderstood }
      return head.isSuccess
    }
    var refusal: [UInt8] = []
    do {
      let head = try DaemonClient(socket: path).exchange(request) { head, part in
        if try isTaken(head) { return try sink(part) }
        refusal += part.prefix(64 * 1024 - refusal.count)
        return true
      }
      guard let head, try !isTaken(head) else { return }
      throw Refusal(status: head.status, body: refusal)
    } catch let problem as DaemonClient.Problem {
      throw failure(problem)
    }
  }

  private var place: String { "'\(escapedText(path.utf8))'" }

  private func failure(_ problem: DaemonClient.Problem) -> Failure {
    switch problem {
    case .noConnection(EACCES), .noConnection(EPERM):
      return Failure(
        .noPermission,
        "cannot open \(place): permission denied; use sudo, or add your user to the group"
          + " 'submitwatch' ('sudo usermod -aG submitwatch USER') and log in again"
      )
    case .noConnection(let number):
      return Failure(
        .unreachable,
        "no daemon answers at \(place) (\(SystemCallFailure(number: number))); start it with"
          + " 'sudo systemctl start submitwatchd', or name its socket with --socket"
      )
    case .noAnswer(let seconds):
      return Failure(
        .unreachable,
        "the daemon at \(place) has not answered for \(seconds) seconds;"
          + " see 'systemctl status submitwatchd'"
      )
    case .hungUp:
      return Failure(
        .unreachable,
        "the daemon at \(place) ended without an answer; 'systemctl status submitwatchd' says why"
      )
    case .broken(let reason):
      return Failure(
        .failed,
        "the daemon at \(place) broke off its answer (\(reason));"
          + " see 'journalctl -u submitwatchd'"
      )
    }
  }
}
