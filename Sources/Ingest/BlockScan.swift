import Dialects
import Dispatch
import LogSources
import Platform

/// Reads one log of plain lines on several threads, and joins its blocks in their order.
///
/// Every thread reads a block, parses it, and hands it in; whoever finds the next block in order
/// joins it, unless another thread is just joining. So no thread waits for another while there is
/// work, whatever the work's share of the steps is.
final class BlockScan: Sendable {
  private struct Reading: ~Copyable {
    var reader: LineBlockReader
    var next = 0
    var isOver = false
    var error: LogSourceError?
  }

  private struct Joining: ~Copyable {
    var finished: [Int: BlockWork] = [:]
    var free: [BlockWork]
    var next = 0
    var isJoining = false
    var isOver = false
    var error: (any Error)?
  }

  private let reading: Locked<Reading>
  private let joining: Locked<Joining>
  private let freeBlocks: DispatchSemaphore
  private let threads: Int
  /// As each thread's parser begins.
  private let parser: LineParser
  private let join: @Sendable (BlockWork) throws -> Void

  /// A scan whose blocks, parsed, go to `join` one at a time, in order.
  init(
    path: String,
    threads: Int,
    parser: LineParser,
    join: @escaping @Sendable (BlockWork) throws -> Void
  ) throws(LogSourceError) {
    self.threads = threads
    self.parser = parser
    self.join = join
    let blocks = threads * 3
    let input = try LogInput.open(path: path)
    reading = Locked(Reading(reader: LineBlockReader(input: input)))
    joining = Locked(Joining(free: (0..<blocks).map { _ in BlockWork() }))
    freeBlocks = DispatchSemaphore(value: blocks)
  }

  /// Reads the log to its end, or up to the first error; what was read before it is joined.
  func run() throws {
    if threads == 1 {
      work()
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in work() }
    }
    if let error = joining.withLock({ $0.error }) { throw error }
    if let error = reading.withLock({ $0.error }) { throw error }
  }

  private func work() {
    var parser = parser
    while let block = nextBlock() {
      block.content.parse(by: &parser)
      handIn(block)
    }
  }

  private func nextBlock() -> BlockWork? {
    freeBlocks.wait()
    let (block, isOver) = joining.withLock { ($0.free.removeLast(), $0.isOver) }
    let isRead = reading.withLock { reading in
      guard !reading.isOver, !isOver else { return false }
      do throws(LogSourceError) {
        if try block.content.read(from: &reading.reader) {
          block.number = reading.next
          reading.next += 1
          return true
        }
      } catch {
        reading.error = error
      }
      reading.isOver = true
      return false
    }
    if isRead { return block }
    giveBack(block)
    return nil
  }

  private func giveBack(_ block: BlockWork) {
    joining.withLock { $0.free.append(block) }
    freeBlocks.signal()
  }

  private func handIn(_ block: BlockWork) {
    var turn = joining.withLock { joining -> Turn? in
      joining.finished[block.number] = block
      return joining.isJoining ? nil : Self.takeNext(&joining)
    }
    while let current = turn {
      var failure: (any Error)?
      if !current.isVoid {
        do { try join(current.block) } catch { failure = error }
      }
      turn = joining.withLock { joining in
        if let failure {
          joining.error = failure
          joining.isOver = true
        }
        joining.free.append(current.block)
        joining.isJoining = false
        return Self.takeNext(&joining)
      }
      freeBlocks.signal()
    }
  }

  /// The right to join a block; `isVoid`: a block before it failed, it is not to be joined.
  private struct Turn {
    var block: BlockWork
    var isVoid: Bool
  }

  /// The next block in order, if it is there.
  private static func takeNext(_ joining: inout Joining) -> Turn? {
    guard let block = joining.finished.removeValue(forKey: joining.next) else { return nil }
    joining.next += 1
    joining.isJoining = true
    return Turn(block: block, isVoid: joining.error != nil)
  }
}
