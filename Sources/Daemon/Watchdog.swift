import Dispatch

/// Gives the service manager its signs of life, as long as lines are taken.
final class Watchdog: Sendable {
  private let timer: DispatchTimer?

  /// Asks `isAlive` twice in the time after which the service manager gives up.
  init(isAlive: @escaping @Sendable () -> Bool) {
    guard let interval = ServiceManager.watchdogInterval() else {
      timer = nil
      return
    }
    let timer = DispatchTimer(DispatchQueue(label: "submitwatch.watchdog"))
    timer.start(every: interval / 2) {
      if isAlive() { ServiceManager.tell("WATCHDOG=1") }
    }
    self.timer = timer
  }

  func stop() { timer?.stop() }
}
