import Dialects
import MailLog
import Reports

/// Writes what became of one record of a log, as one line of JSON.
func writeExplanation(
  _ number: Int,
  _ verdict: Verdict,
  _ event: MailEvent?,
  _ text: ArraySlice<UInt8>,
  to json: inout JSONWriter
) {
  json.object { json in
    json.member("record", UInt64(number))
    switch verdict {
    case .event:
      json.member("verdict", "used")
      json.member("dialect", event.map { $0.server.name })
      json.member("as", event.map { meaning($0.kind) })
    case .passedOver(let reason):
      json.member("verdict", "passed over")
      json.member("because", reason.explanation)
    }
    json.member("text", escapedText(withoutCredentials(text)))
  }
  json.endLine()
}

/// What a line of this kind is used for.
private func meaning(_ kind: MailEvent.Kind) -> String {
  switch kind {
  case .connected: "the start of a session"
  case .tlsEstablished: "the session's TLS version"
  case .tlsFailed: "a TLS handshake that failed"
  case .authenticatedMessage: "the login, and the queue ID of a message that is not accepted yet"
  case .otherMessage: "a queue ID of mail that nobody logged in for"
  case .authFailed: "AUTH that failed"
  case .queued: "the acceptance of a message, if its client logged in"
  case .filterAccepted: "the acceptance of a message by a before-queue filter"
  case .messageID: "the content of a message has arrived, for mail that is put on hold"
  case .held: "a message is put on hold"
  case .refused: "a message is refused"
  case .discarded: "a message is thrown away"
  case .rejectedCommand: "a command is refused"
  case .removed: "a queue ID is free again"
  case .lostInData: "a message is given up in the middle"
  case .lost: "the client is gone"
  case .disconnected: "the end of the session"
  case .receivedHeader: "the TLS version, from the server's own Received header"
  case .lineRepeated: "the line before happened again"
  case .authenticated: "the session's login"
  case .accepted: "the acceptance of a message, if its client logged in"
  case .acceptedUnlessRefused: "the acceptance of a message, unless the next line refuses it"
  case .submitted: "a message of a client that logged in is accepted"
  case .envelope: "the sender of a message that was accepted before"
  case .delivery, .bounced, .delivered:
    "the delivery of a message, which was accepted if its client logged in"
  }
}
