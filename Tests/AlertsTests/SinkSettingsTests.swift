import Settings
import Testing

@testable import Alerts

/// What the settings of sinks may say.
struct SinkSettingsTests {
  @Test(arguments: [
    ("webhook: [{}]", "alerts.webhook[1]: 'url' is missing; it must be given"),
    (
      "webhook: [{url: ftp://x}]",
      "alerts.webhook[1].url: 'ftp://x' is not allowed; use a web address such as"
        + " https://chat.example.org/hooks/abc"
    ),
    (
      "webhook: [{url: http://x/, token-file: /t}]",
      "alerts.webhook[1].token-file: is readable on the way to 'http://x/'; use an address with"
        + " https://"
    ),
    (
      "webhook: [{url: 'http://user:pa55@chat.example.net/hook'}]",
      "alerts.webhook[1].url: has a login that is readable on the way; use an address with https://"
    ),
    (
      "alertmanager: [{url: 'http://user@10.0.0.1:9093'}, {url: 'http://u:p@localhost:9093'}]",
      "alerts.alertmanager[1].url: has a login that is readable on the way; use an address with"
        + " https://"
    ),
    (
      "webhook: [{url: https://x/, template: /nowhere}]",
      "alerts.webhook[1].template: '/nowhere' cannot be read; name a template of at most 64 KiB"
    ),
    (
      "webhook: [{url: 'https://x/{{event'}]",
      "alerts.webhook[1].url: line 1 is no Mustache (overflow); end each {{ with }}, and each"
        + " {{#name}} with {{/name}}"
    ),
    (
      "webhook: [{url: https://x/}, {url: https://y/}]",
      "alerts.webhook[2]: 'webhook' is the name of another sink; set another one under name"
    ),
    (
      "email: [{to: ['a@b,c@d']}]",
      "alerts.email[1].to[1]: 'a@b,c@d' is not allowed; use an address such as"
        + " postmaster@example.org"
    ),
    ("email: [{to: []}]", "alerts.email[1].to: is empty; name at least one address"),
    (
      "email: [{to: [a@b], user: u}]",
      "alerts.email[1]: 'password-file' is missing; it must be given"
    ),
    (
      "email: [{to: [a@b], password-file: p}]",
      "alerts.email[1]: 'user' is missing; it must be given"
    ),
    (
      "webhook: [{url: 'http://localhost:99999/'}]",
      "alerts.webhook[1].url: 'http://localhost:99999/' is not allowed; use a port from 1 to 65535"
    ),
    (
      "alertmanager: [{url: 'https://u:p@[::1]:0/am'}]",
      "alerts.alertmanager[1].url: 'https://u:p@[::1]:0/am' is not allowed; use a port from 1 to"
        + " 65535"
    ),
    (
      "email: [{to: [a@b], server: 'smtp://localhost:70000'}]",
      "alerts.email[1].server: 'smtp://localhost:70000' is not allowed; use a port from 1 to 65535"
    ),
    (
      "alertmanager: [{url: 'http://localhost:9093/api/v2/alerts'}]",
      "alerts.alertmanager[1].url: 'http://localhost:9093/api/v2/alerts' is not allowed; use the"
        + " Alertmanager's own address, such as http://localhost:9093: /api/v2/alerts is added"
    ),
    (
      "journal: []",
      "alerts.journal: unknown key; known here: give-up-after, webhook, alertmanager, email"
    ),
  ])
  func `wrong settings of sinks are refused`(yaml: String, message: String) throws {
    let error = #expect(throws: SettingsError.self) { try madeSinks("  \(yaml)\n") }
    let text = error?.description.split(separator: ": ", maxSplits: 1).last.map(String.init)
    #expect(text == message)
  }
  @Test func `an Alertmanager may be behind another API`() throws {
    let proxy = "https://k.example/api/v1/namespaces/m/services/http:alertmanager:9093/proxy"
    #expect(try madeSinks("  alertmanager: [{url: '\(proxy)'}]\n").count == 1)
  }
}
