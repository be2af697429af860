import MailLog
import Testing

struct QueueIDTests {
  private func queueID(_ text: String) -> QueueID {
    let bytes = Array(text.utf8)
    return QueueID(bytes.span)
  }

  @Test(arguments: ["4D0381EF", "4jX4DL4mVXz9m", "1tE9zZ-0000AB-CD", "1tE9zZ-00000000ABC-CDEF"])
  func `text is kept whole`(_ text: String) {
    #expect(queueID(text).text == text)
    #expect(!queueID(text).isNone)
  }

  @Test func `of a long one the end is kept`() {
    #expect(queueID("0" + "ABCDEFGHIJKLMNOPQRSTUVWX").text == "ABCDEFGHIJKLMNOPQRSTUVWX")
    #expect(queueID("A-long-prefix-of-" + "1tE9zZ-00000000ABC-CDEF").text.hasSuffix("-CDEF"))
  }

  @Test func `IDs of every length that differ in one character are different`() {
    var all: Set<QueueID> = []
    var count = 0
    for length in 1...24 {
      let characters = (0..<length).map { Character(Unicode.Scalar(UInt8(65 + $0))) }
      for position in 0...length {
        var other = characters
        if position < length { other[position] = "z" }
        #expect(queueID(String(other)).text == String(other))
        all.insert(queueID(String(other)))
        count += 1
      }
    }
    #expect(all.count == count)
    #expect(QueueID.none.isNone)
    #expect(QueueID.none.text == "")
  }
}
