import Dispatch
import Glibc
import Platform

/// A bar on standard error for work that takes long; nothing where that is no terminal.
///
/// It appears after half a second, is drawn at most ten times a second, and goes without a trace.
final class ProgressBar: Sendable {
  private struct State {
    var drawn: UInt64
    var isVisible = false
  }

  private let total: Int64
  private let isShown: Bool
  private let started: UInt64
  private let state: Locked<State>

  /// A bar for `total` bytes to read.
  init(total: Int64) {
    self.total = total
    isShown = StandardError.isTerminal && total > 0
    let now = DispatchTime.now().uptimeNanoseconds
    started = now
    state = Locked(State(drawn: now + 400_000_000))
  }

  /// So many bytes are read.
  func show(_ done: Int64) {
    guard isShown else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      guard now >= state.drawn, now - state.drawn >= 100_000_000 else { return }
      state.drawn = now
      state.isVisible = true
      StandardError.write("\r" + Self.line(done: done, total: total, since: now - started))
    }
  }

  /// All is read: what goes on now, in the bar's place.
  func show(_ text: String) {
    guard isShown else { return }
    state.withLock { state in
      state.isVisible = true
      StandardError.write("\r\(text)\u{1b}[K")
    }
  }

  func clear() {
    state.withLock { state in
      guard state.isVisible else { return }
      StandardError.write("\r\u{1b}[K")
      state.isVisible = false
    }
  }

  static func line(done: Int64, total: Int64, since nanoseconds: UInt64) -> String {
    let share = min(1, Double(done) / Double(total))
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let rate = Double(done) / max(0.001, Double(nanoseconds) / 1e9) / 1e6
    let megabytes = { (bytes: Int64) in "\(bytes / 1_000_000)" }
    return "reading \(bar) \(Int(share * 100)) %  \(megabytes(done)) of \(megabytes(total)) MB, "
      + "\(Int(rate)) MB/s\u{1b}[K"
  }
}
