import Counters
import Foundation
import Ingest
import LogSources
import MailLog
import TestSupport
import Testing

struct EventListingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The messages, recipients and bytes of the submissions that a listing has.
  private func listed(_ paths: [String]) throws -> [String: [UInt64]] {
    var sums: [String: [UInt64]] = [:]
    var listing = try EventListing(paths: paths, options: AnalysisSummary.options)
    let damaged = try listing.run(
      EventListing.Sink { event in
        guard event.kind == .submission else { return }
        let key = "\(event.time.prefix(10)) \(event.account ?? "") \(event.sender ?? "")"
        var sum = sums[key] ?? [UInt64](repeating: 0, count: 9)
        sum[Int(event.tls.rawValue)] += 1
        sum[7] += UInt64(event.recipients ?? 0)
        sum[8] += event.bytes ?? 0
        sums[key] = sum
      }
    )
    #expect(damaged == [])
    return sums
  }

  private func counted(_ paths: [String]) throws -> [String: [UInt64]] {
    let result = try LogAnalysis(paths: paths, options: AnalysisSummary.options).run()
    var sums: [String: [UInt64]] = [:]
    let names = result.counters.names
    let (first, last) = (CivilDate(daysSince1970: 0), CivilDate(daysSince1970: 84_370))
    result.counters.forEachRow(from: first, through: last) { day, account, sender, row in
      let key = "\(day.text) \(names.shown(account)) \(names.shownSender(sender))"
      var sum = sums[key] ?? [UInt64](repeating: 0, count: 9)
      for version in TLSVersion.allCases {
        sum[Int(version.rawValue)] += UInt64(row.count(version))
      }
      sum[7] += row.recipients
      sum[8] += row.bytes
      if row.messages > 0 { sums[key] = sum }
    }
    return sums
  }

  @Test func `sessions without TLS lines are listed as they are counted, cut at any line`() throws {
    let log = SampleLogs.handmade
    let whole = try listed([try folder.write(log, to: "log")])
    // Hosts that log TLS, that use it without, and that do neither.
    #expect(whole.values.map { $0[0] }.reduce(0, +) == 8)
    #expect(whole.values.map { $0[6] }.reduce(0, +) == 16)
    let ends = log.lineEnds
    for end in stride(from: 0, to: ends.count, by: 8).map({ ends[$0] }) {
      let first = try folder.write(Array(log[..<end]), to: "first")
      let second = try folder.write(Array(log[end...]), to: "second")
      #expect(try listed([second, first]) == whole)
      #expect(try counted([second, first]) == whole)
    }
  }

  @Test func `a genuine log and its journal are listed as they are counted`() throws {
    let log = try SampleLogs.genuine()
    let journal = Array(try SampleLogs.journalEntries(250).joined())
    for (number, content) in [log, journal, log + journal].enumerated() {
      let path = try folder.write(content, to: "log\(number)")
      #expect(try listed([path]) == counted([path]))
      #expect(try counted([path]).count > 8)
    }
  }

  @Test func `a file under several names is read once`() throws {
    let path = try folder.write(SampleLogs.handmade, to: "log")
    let whole = try listed([path])
    let links = ["symbolic", "hard"].map { folder.path($0) }
    try FileManager.default.createSymbolicLink(atPath: links[0], withDestinationPath: path)
    try FileManager.default.linkItem(atPath: path, toPath: links[1])
    for other in links + [folder.path("./log"), "/proc/self/root" + path] {
      for paths in [[path, other], [other, path]] {
        #expect(try listed(paths) == whole, "\(other)")
        #expect(try counted(paths) == whole, "\(other)")
      }
    }
    let copy = try folder.write(SampleLogs.handmade, to: "copy")
    #expect(try counted([path, copy]) != whole)
  }

  @Test func `what is explained is every line, in order`() throws {
    let log = SampleLogs.handmade + Array("\nno stamp\n".utf8)
    let path = try folder.write(log, to: "log")
    var texts: [[UInt8]] = []
    var numbers: [Int] = []
    var listing = try EventListing(paths: [path], options: AnalysisSummary.options)
    _ = try listing.run(
      EventListing.Sink(event: { _ in }) { number, _, _, text in
        numbers.append(number)
        texts.append(Array(text))
      }
    )
    #expect(Array(texts.map { $0 + [10] }.joined()) == log)
    #expect(numbers == Array(1...texts.count))
    #expect(listing.totals.lines == texts.count)
  }
}
