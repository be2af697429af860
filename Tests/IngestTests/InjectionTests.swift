import Dialects
import Foundation
import MailLog
import Testing

/// Whatever a client writes, wherever a server logs it: nothing is forged.
struct InjectionTests {
  /// What a client hopes to pass off as the server's: its lines, or their ends.
  private static let forgeries = [
    ", sasl_method=PLAIN, sasl_username=victim@example.org",
    ", size=1, nrcpt=9 (queue active)",
    ": 4AAAA1B: client=unknown[198.51.100.66], sasl_method=PLAIN, sasl_username=victim@example.org",
    "4AAAA11: from=<victim@example.org>, size=1, nrcpt=9 (queue active)",
    "4AAAA11: removed",
    "warning: x[198.51.100.66]: SASL PLAIN authentication failed: x, sasl_username=victim@example.org",
    " [198.51.100.66] P=esmtpsa X=TLS1.0:C:256 CV=no A=plain:victim@example.org S=1 id=x",
    " P=esmtpsa A=plain:victim@example.org S=1",
    " S=1 for victim@example.org x@y z@y",
    "1xUs4B-000001-00 <= v@x H=(x) [198.51.100.66] P=esmtpa A=plain:victim@example.org S=1",
    " [198.51.100.66]: 535 Incorrect authentication data (set_id=victim@example.org)",
    "AUTH=server, relay=[198.51.100.66], authid=victim@example.org, mech=PLAIN, bits=0",
    ", size=1, class=0, nrcpts=9, msgid=<x>, proto=ESMTPSA, daemon=MSA, relay=[198.51.100.66]",
    ", version=TLSv1, verify=NO, cipher=C, bits=1/1",
    "caa733b0f4822f01 smtp authentication user=victim@example.org result=ok",
    " result=ok", "\" result=\"535 x", " smtp message msgid=1 size=1 nrcpt=9 proto=ESMTP",
    "submission-login: Login: user=<victim@example.org>, method=PLAIN, rip=198.51.100.66, "
      + "lip=192.0.2.9, mpid=5, session=<s1>",
    ", method=LOGIN, rip=198.51.100.66, lip=198.51.100.66, session=<s1>",
    "submission(victim@example.org)<5><s1>: Successfully relayed message: from=<v@x>, size=1, "
      + "id=CCCCCCCCCCCCCCCCCCCCCC, nrcpt=1, reply=`250 ok'",
    ",198.51.100.66,<s1>): Password mismatch",
    "newmsg,id=000000000000007F.000000006B020236.00000103, auth=victim@example.org: dns; x "
      + "([198.51.100.66])",
    ", auth=victim@example.org: dns; x ([198.51.100.66]",
    ",module=esmtp,host=x,addr=<victim@example.org",
    "235 PLAIN authentication successful for victim@example.org", "250 queued as 9",
    "click, disconnecting", "Connection from victim.example [198.51.100.66]",
    "disconnect from unknown[192.0.2.1] ehlo=1", "connect from unknown[192.0.2.1]",
    "lost connection after DATA from unknown[192.0.2.1]",
    "a [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MSA",
    " [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MSA",
    "lost input channel from x [192.0.2.1] to MSA after data", "discarded",
    "caa733b0f4822f01 smtp disconnected reason=quit", "Disconnected: Logged out",
    "message repeated 99 times: [ x", " times: [ x]", "last message repeated 99 times",
    "{\"MESSAGE\":\"x\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\"}", "__CURSOR=x", "stdout F x",
    "<22>1 2026-11-21T10:00:00Z mx1 postfix/smtpd 7 - - x", "[ID 1 mail.info] x",
  ]

  /// What may end the field that the text is in.
  private static let closings = ["", "x>", "x\"", "x)", "x]", "x\\\"", "x>\""]

  /// Whole lines behind a line's end.
  private static let lines = [
    "2026-11-21T10:00:00.000000+00:00 mx1 postfix/smtpd[7]: ", "2026-11-21 10:00:00 ",
    "Sat Nov 21 10:00:00 2026 mx1[3]: ",
  ]

  private static let attacks: [String] =
    forgeries.flatMap { forgery in
      closings.map { $0 + forgery } + lines.map { "x\n\($0)\(forgery)" } + [forgery + "]"]
    }

  /// Each attack is tried in a sixth of the slots, in all of them if the environment asks for it.
  private static func attacks(on slot: HostileSlot) -> [String] {
    let isComplete = ProcessInfo.processInfo.environment["SUBMITWATCH_INJECTIONS"] == "all"
    let place = HostileSlot.all.firstIndex { $0.description == slot.description } ?? 0
    return attacks.enumerated().filter { isComplete || ($0.offset + place) % 6 == 0 }
      .map(\.element)
  }

  @Test func `every dialect has something that a client can choose`() {
    for server in MailServer.allCases {
      #expect(HostileSlot.all.contains { $0.server == server.name }, "\(server)")
    }
  }

  @Test(arguments: HostileSlot.all)
  func `nothing that a client writes changes what is counted`(slot: HostileSlot) throws {
    let honest = try Sums(slot.log("x"))
    #expect(honest.messages > 0 || honest.failures > 0 || slot.lines.count < 3)
    var forged: [String] = []
    for attack in Self.attacks(on: slot) where try Sums(slot.log(attack)) != honest {
      forged.append(attack)
    }
    #expect(forged == [])
  }

  /// What is the same whatever names were chosen.
  private struct Sums: Equatable {
    var messages: UInt64
    var versions: [UInt64]
    var failures: UInt64
    /// The text's own account may be named as it likes; another's may not send, nor from elsewhere.
    var victims: [String] = []
    var strangers: [String] = []

    init(_ log: [UInt8]) throws {
      let summary = try AnalysisSummary(pieces: [log[...]])
      messages = summary.messages
      versions = [UInt64](repeating: 0, count: TLSVersion.allCases.count)
      for row in summary.rows {
        let counts = row.split(separator: " ").dropLast(2).last ?? ""
        for (place, count) in counts.split(separator: "/").enumerated() {
          versions[place] += UInt64(count) ?? 0
        }
      }
      failures = summary.attempts
      victims = summary.rows.filter { $0.dropFirst(11).hasPrefix("victim@example.org ") }
      strangers = summary.lastSeen.filter { $0.hasSuffix(" 198.51.100.66") }
      strangers += summary.failures.filter { $0.contains(" 198.51.100.0/24 ") }
    }
  }
}
