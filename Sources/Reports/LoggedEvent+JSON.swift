package import MailLog

extension LoggedEvent {
  /// Writes the event as one line of JSON; what is unknown is left out.
  package func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("time", time)
      json.member("event", kind.rawValue)
      json.member("dialect", server.name)
      json.member("account", account)
      json.member("sender", sender)
      json.member("client", client.isUnknown ? nil : client.text)
      json.member("tls", tls == .unknown ? nil : tls.label)
      json.member("cipher", cipher)
      json.member("mechanism", mechanism)
      json.member("recipients", recipients.map(UInt64.init))
      json.member("bytes", bytes)
      json.member("queueID", queueID.isNone ? nil : queueID.text)
      json.member("reason", reason?.label)
      json.member("attempts", attempts > 1 ? UInt64(attempts) : nil)
    }
    json.endLine()
  }
}
