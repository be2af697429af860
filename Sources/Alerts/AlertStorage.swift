package import MailLog

/// Where the outbox keeps what outlives the program.
package protocol AlertStorage: Sendable {
  /// Saves all of it or nothing; may block.
  ///
  /// - Parameter change: gives what is to be saved, once no other save can come in between: else the
  ///   save of everything could hold a detector that told of an alert, and not the alert.
  /// - Throws: if nothing was saved; the change is to be saved again.
  func save(_ change: () -> OutboxChange) throws
}

/// What changed since the last save that succeeded.
struct UnsavedAlerts: Sendable {
  private var changed: Set<String> = []
  private var removed: Set<String> = []
  private var due: Set<DueDelivery> = []
  private var done: Set<DueDelivery> = []

  var isEmpty: Bool { changed.isEmpty && removed.isEmpty && due.isEmpty && done.isEmpty }

  mutating func change(_ id: String) { changed.insert(id) }

  mutating func remove(_ ids: [String]) {
    removed.formUnion(ids)
    changed.subtract(ids)
  }

  /// Also one that was saved before: of whom it is still for, and whether it is given up, the newest
  /// counts.
  mutating func add(_ delivery: DueDelivery) { due.update(with: delivery) }

  mutating func finish(_ delivery: DueDelivery) {
    // What was never saved need not be removed.
    let unsaved = due.remove(delivery)
    if unsaved?.isNew != true { done.insert(delivery) }
  }

  /// All of it, with the alerts as they are in `book`; nothing is unsaved afterwards.
  mutating func take(_ book: AlertBook) -> OutboxChange {
    var change = OutboxChange()
    // What was given up and came again is written anew.
    change.kept = changed.union(removed).compactMap { book.alerts[$0] }
    change.removed = Array(removed)
    change.due = Array(due)
    change.done = Array(done)
    self = UnsavedAlerts()
    return change
  }

  /// A save failed: what it held is unsaved again.
  mutating func putBack(_ change: OutboxChange) {
    changed.formUnion(change.kept.map(\.alert.id))
    removed.formUnion(change.removed)
    due.formUnion(Set(change.due).subtracting(done))
    done.formUnion(change.done)
    done.subtract(change.due.filter(\.isNew))
  }
}

extension DueDelivery {
  /// With a rest or a refusal it may have been saved without one.
  fileprivate var isNew: Bool { rest == nil && refusal == nil }
}
