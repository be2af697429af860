/// What is to happen in the generated log, in the order of time.
///
/// Things at the same time happen in the order in which they were added.
struct EventQueue {
  enum Target {
    case arrival
    case session(Int)
    case message(Int)
  }

  struct Event {
    let time: Int64
    fileprivate let order: Int
    let target: Target

    fileprivate func comesBefore(_ other: Event) -> Bool {
      time != other.time ? time < other.time : order < other.order
    }
  }

  /// A binary heap: no event comes before its parent, at half its index.
  private var heap: [Event] = []
  private var addedCount = 0

  mutating func add(_ target: Target, at time: Int64) {
    heap.append(Event(time: time, order: addedCount, target: target))
    addedCount += 1
    var child = heap.count - 1
    while child > 0, heap[child].comesBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Event? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].comesBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}

/// Elements at fixed indices that are used again.
struct Slots<Element> {
  private var elements: [Element] = []
  private var free: [Int] = []

  subscript(index: Int) -> Element {
    get { elements[index] }
    set { elements[index] = newValue }
    _modify { yield &elements[index] }
  }

  mutating func insert(_ element: Element) -> Int {
    guard let index = free.popLast() else {
      elements.append(element)
      return elements.count - 1
    }
    elements[index] = element
    return index
  }

  mutating func remove(_ index: Int) {
    free.append(index)
  }
}
