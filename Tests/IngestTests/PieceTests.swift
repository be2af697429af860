import Dialects
import MailLog
import TestSupport
import Testing

/// Where reads and blocks end changes nothing of what is read.
struct PieceTests {
  /// What the records of a stream in pieces say.
  private func records(_ pieces: [ArraySlice<UInt8>]) -> [String] {
    var reader = EnvelopeReader()
    var result: [String] = []
    func take(_ reader: inout EnvelopeReader) {
      for record in reader.records {
        let text = escapedText(record.text(in: reader.bytes))
        switch record.content {
        case .passedOver(let reason): result.append("\(reason)")
        case .line(_, let stamp): result.append("\(stamp?.value ?? -1) \(text)")
        case .journal(let entry):
          let tag = escapedText(reader.bytes[entry.tag.range])
          result.append("\(entry.stamp.value) \(tag) \(entry.pid) \(text)")
        }
      }
      reader.removeRecords()
    }
    for piece in pieces {
      let piece = Array(piece)
      reader.read(piece.span)
      take(&reader)
    }
    reader.finish()
    take(&reader)
    return result
  }

  private func checkEveryCut(_ stream: [UInt8], records count: Int) {
    let whole = records([stream[...]])
    #expect(whole.count == count)
    var wrong: [Int] = []
    for cut in 0...stream.count where records([stream[..<cut], stream[cut...]]) != whole {
      wrong.append(cut)
    }
    #expect(wrong == [])
    for size in [1, 2, 3, 7, 8, 9, 64, 1000] {
      let pieces = stride(from: 0, to: stream.count, by: size).map {
        stream[$0..<min($0 + size, stream.count)]
      }
      #expect(records(pieces) == whole, "pieces of \(size)")
    }
  }

  @Test func `plain lines in two pieces, cut at every byte, are the same records`() throws {
    let log = try SampleLogs.genuine(lines: 12) + Array("\r\n\n\u{0}\nlast".utf8)
    checkEveryCut(log, records: 16)
  }

  @Test func `a journal in two pieces, cut at every byte, is the same records`() throws {
    let entries = try SampleLogs.journalEntries(2)
    // A field that is not text: its length in eight bytes, and newlines in it.
    let message = Array("a\n\nMESSAGE=b\u{1b}".utf8)
    let binary =
      Array("__CURSOR=x\n__REALTIME_TIMESTAMP=1795294332762029\nMESSAGE\n".utf8)
      + [UInt8(message.count), 0, 0, 0, 0, 0, 0, 0] + message
      + Array("\n_HOSTNAME=mx1\nSYSLOG_IDENTIFIER=postfix/smtpd\n\n".utf8)
    let end = Array("plain line\n__CURSOR=y\nMESSAGE=no time\n\n".utf8)
    checkEveryCut(Array(entries.joined()) + binary + end, records: 5)
  }

  @Test func `entries that break off, cut at every byte, are the same records`() {
    let cursor = "__CURSOR=x\nMESSAGE"
    let value = "\u{3}\0\0\0\0\0\0\0abc"
    let parts = [
      cursor + "=a\nplain line\n", cursor + "\nmore than eight\nlast\n", cursor + "=a\n",
      cursor + "\n" + value + "not its end\nplain line\n", cursor + "\n" + value + "\n\n",
      cursor + "\nsix\n\nA\n", cursor + "\n" + value,
    ]
    checkEveryCut(Array(parts.joined().utf8), records: 14)
  }

  @Test func `JSON and containers' lines in two pieces, cut at every byte, are the same records`() {
    let text = """
      {"__REALTIME_TIMESTAMP":"1795294332762029","_HOSTNAME":"mx1","SYSLOG_IDENTIFIER":"a","MESSAGE":[104,255]}
      {"log":"one \\u00e9\\ud83d\\ude42\\n","stream":"stdout","time":"2026-11-21T20:52:14.268169Z"}
      {"log":"part ","stream":"stderr","time":"2026-11-21T20:52:15Z"}
      {"log":"other\\n","stream":"stdout","time":"2026-11-21T20:52:16Z"}
      {"log":"two\\n","stream":"stderr","time":"2026-11-21T20:52:17Z"}
      2026-11-21T20:52:18.1Z stdout P three
      2026-11-21T20:52:19.1Z stderr F four
      2026-11-21T20:52:20.1Z stdout F  and five
      {"broken": tru
      {"log":1}

      """
    checkEveryCut(Array(text.utf8), records: 7)
  }

  @Test(arguments: ["mail.log.xz", "mail.rfc3164.log.gz", "mail.rfc5424.log.xz"])
  func `blocks cut at every line, and pieces of any size, count as the whole`(file: String) throws {
    let log = try SampleLogs.head("postfix/3.7.11-dovecot-sasl/" + file, 250)
    try check(log, messages: 15)
  }

  @Test func `repeated lines in blocks cut at every line count as in one`() throws {
    try check(SampleLogs.handmade, messages: 24)
  }

  private func check(_ log: [UInt8], messages: UInt64) throws {
    let whole = try AnalysisSummary(blocks: [log[...]])
    #expect(whole.messages >= messages)
    let ends = log.lineEnds
    var wrong: [Int] = []
    for (number, end) in ends.enumerated()
    where try AnalysisSummary(blocks: [log[..<end], log[end...]]) != whole {
      wrong.append(number)
    }
    #expect(wrong == [], "cut behind these lines")
    let lines = zip(ends, ends.dropFirst()).map { log[$0..<$1] }
    #expect(try AnalysisSummary(blocks: lines) == whole)
    for size in [1, 13, 4096, log.count] {
      let pieces = stride(from: 0, to: log.count, by: size).map {
        log[$0..<min($0 + size, log.count)]
      }
      #expect(try AnalysisSummary(pieces: pieces) == whole, "pieces of \(size)")
    }
  }

  @Test func `lines of about the limit are kept or passed over alike by both readers`() throws {
    let folder = try TemporaryFolder()
    let handmade = SampleLogs.handmade
    let middle = handmade.lineEnds[9]
    for length in [65_535, 65_536, 65_537, 200_000] {
      let long = [UInt8](repeating: UInt8(ascii: "x"), count: length) + [10]
      for place in [0, handmade.lineEnds[7], middle, handmade.count] {
        let log = Array(handmade[..<place]) + long + Array(handmade[place...])
        let blocks = try AnalysisSummary(log, in: folder)
        #expect(try AnalysisSummary(pieces: [log[...]]) == blocks, "\(length) at \(place)")
      }
    }
  }
}
