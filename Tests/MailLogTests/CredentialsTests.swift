import MailLog
import Testing

/// What is shown of lines that may hold a password.
struct CredentialsTests {
  @Test(arguments: [
    (
      #"error,relay=::1,port=5,msg="502 ESMTP command error",cmd: AUTH PLAIN AGluZm9A"#,
      #"error,relay=::1,port=5,msg="502 ESMTP command error",cmd: AUTH PLAIN [redacted]"#
    ),
    ("dispatching auth login c2VjcmV0 x", "dispatching auth login [redacted]"),
    ("dispatching AUTH CRAM-MD5", "dispatching AUTH CRAM-MD5"),
    ("dispatching AUTH ", "dispatching AUTH "),
    ("AUTH PLAIN ", "AUTH PLAIN "),
    (
      "auth: passwd-file(a,::1): Password mismatch (given password: a b)",
      "auth: passwd-file(a,::1): Password mismatch (given password: [redacted]"
    ),
    ("Client OAUTH PLAIN x", "Client OAUTH PLAIN x"),
    ("6A: AUTH failure (PLAIN): x (-13), user=a", "6A: AUTH failure (PLAIN): x (-13), user=a"),
    (#"AUTH decode64 error [5 for "c2Vj"]"#, "AUTH decode64 [redacted]"),
    (
      "reject: AUTH from unknown[192.0.2.1]: 535 AUTH PLAIN AGFsaWNl",
      "reject: AUTH from unknown[192.0.2.1]: 535 AUTH PLAIN [redacted]"
    ),
    (
      "SASL PLAIN authentication failed: UGFzc3dvcmQ6, sasl_username=eve",
      "SASL PLAIN authentication failed: [redacted], sasl_username=eve"
    ),
    (
      "SASL PLAIN authentication failed: (reason unavailable), sasl_username=eve",
      "SASL PLAIN authentication failed: (reason unavailable), sasl_username=eve"
    ),
    ("command=AUTH  PLAIN\tAGFsaWNl", "command=AUTH  PLAIN\t[redacted]"),
    (
      "435 Unable to authenticate at present (set_id=bob): lookup of PASSWORD('x') gave DEFER: (2)",
      "435 Unable to authenticate at present (set_id=bob): [redacted]"
    ),
    (
      "435 Unable to authenticate at present: no (x): y",
      "435 Unable to authenticate at present: [redacted]"
    ),
    ("AUT", "AUT"), ("", ""), ("given password:", "given password:"),
  ])
  func `the arguments of AUTH, and passwords, are not shown`(line: String, shown: String) {
    #expect(String(decoding: withoutCredentials(Array(line.utf8)[...]), as: UTF8.self) == shown)
  }
}
