import Dispatch

/// Gives the service manager its signs of life, as long as lines are taken.
final class Watchdog: Sendable {
  private let timer: DispatchTimer?

  /// Asks `isAlive` at once, and twice in the time after which the service manager gives up.
  init(isAlive: @escaping @Sendable () -> Bool) {
    guard let interval = ServiceManager.watchdogInterval() else {
      timer = nil
      return
    }
    let queue = DispatchQueue(label: "submitwatch.watchdog")
    let look: @Sendable () -> Void = { if isAlive() { ServiceManager.tell("WATCHDOG=1") } }
    queue.async(execute: look)
    let timer = DispatchTimer(queue)
    timer.start(every: interval / 2, look)
    self.timer = timer
  }

  /// While a configuration is taken up no line is: that may last for minutes, but not for ever.
  static func forReload() -> Watchdog {
    let end = ContinuousClock.now + .seconds(300)
    return Watchdog { ContinuousClock.now < end }
  }

  func stop() { timer?.stop() }
}
