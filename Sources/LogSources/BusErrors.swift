import Glibc
import Synchronization

/// What happens where a file that is mapped has become shorter, or its disk fails: the kernel sends
/// SIGBUS to the thread that reads there (mmap(2)).
///
/// Zeros take the place of what cannot be read, and whoever mapped the file is told. Any other bus
/// error ends the program as it would have without.
enum BusErrors {
  /// A range of addresses that is watched; vacant where `start` is 0.
  private struct Place: ~Copyable {
    let start = Atomic<UInt>(0)
    let end = Atomic<UInt>(0)
    let hasHappened = Atomic<Bool>(false)
  }

  private struct Places: ~Copyable {
    // Three for each of 300 processors.
    let all = InlineArray<1024, Place> { _ in Place() }
  }

  private static let places = Places()

  /// The handler is set up with the first range.
  private static let isHandled: Bool = {
    var action = sigaction()
    action.sa_flags = SA_SIGINFO
    unsafe action.__sigaction_handler.sa_sigaction = { _, info, _ in
      let error = errno
      let address = unsafe info?.pointee._sifields._sigfault.si_addr
      if !BusErrors.cover(UInt(bitPattern: address)) { signal(SIGBUS, SIG_DFL) }
      errno = error
    }
    return unsafe sigaction(SIGBUS, &action, nil) == 0
  }()

  /// Watches mapped bytes until `forget`; nil if there is no place for them.
  static func watch(_ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int? {
    guard isHandled else { return nil }
    let start = UInt(bitPattern: bytes)
    for index in places.all.indices
    where
      places.all[index].start.compareExchange(
        expected: 0,
        desired: start,
        ordering: .acquiringAndReleasing
      ).exchanged
    {
      places.all[index].hasHappened.store(false, ordering: .relaxed)
      places.all[index].end.store(start + UInt(count), ordering: .releasing)
      return index
    }
    return nil
  }

  static func forget(_ place: Int) {
    places.all[place].end.store(0, ordering: .releasing)
    places.all[place].start.store(0, ordering: .releasing)
  }

  static func hasHappened(at place: Int) -> Bool {
    places.all[place].hasHappened.load(ordering: .acquiring)
  }

  /// Puts zeros from the page of `address` to the end of its range; false if nobody watches it.
  ///
  /// Runs in the signal's handler: mmap(2) is a system call, and nothing here takes memory.
  private static func cover(_ address: UInt) -> Bool {
    for index in places.all.indices {
      let end = places.all[index].end.load(ordering: .acquiring)
      let start = places.all[index].start.load(ordering: .acquiring)
      guard start <= address, address < end else { continue }
      let page = address / UInt(FileWindow.pageSize) * UInt(FileWindow.pageSize)
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
      let zeros = unsafe mmap(
        UnsafeMutableRawPointer(bitPattern: page),
        Int(end - page),
        PROT_READ,
        flags,
        -1,
        0
      )
      guard unsafe zeros != MAP_FAILED else { return false }
      places.all[index].hasHappened.store(true, ordering: .releasing)
      return true
    }
    return false
  }
}
