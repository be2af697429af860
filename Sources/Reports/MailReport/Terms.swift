import MailLog

/// The words of report mails in one language.
///
/// German and Dutch terms are those of the report that this one follows.
struct Terms: Sendable {
  /// A noun in singular and plural.
  struct Noun: Sendable {
    var one: String
    var many: String

    init(_ one: String, _ many: String) {
      (self.one, self.many) = (one, many)
    }
  }

  var title: String
  var account: Noun
  var message: Noun
  var sendingVolume: String
  var tlsUsage: String
  var perDay: String
  var senderAddress: String
  var domain: String
  var messageCount: String
  var recipients: String
  var size: String
  var noTLS: String
  var unknownTLS: String
  /// Of the version that goes behind it.
  var cutoff: String
  var cutoffExplained: String
  var accountColumn: String
  var below: String
  var last: String
  var version: String
  var client: String
  var failures: String
  var failuresColumn: String
  var network: String
  var accountsColumn: String
  var alerts: String
  var nobody: String
  /// What stands behind the number of rows that are left out.
  var more: String
  /// Behind a number of messages whose TLS version the log does not tell.
  var untold: String
  /// In front of the name of the host.
  var madeOn: String
  var attached: String
  var weekdays: [String]
  var months: [String]
}

extension Terms {
  static let english = Terms(
    title: "SMTP AUTH clients",
    account: Noun("account", "accounts"),
    message: Noun("message", "messages"),
    sendingVolume: "Sending volume",
    tlsUsage: "TLS usage",
    perDay: "Messages per day",
    senderAddress: "Sender address",
    domain: "Domain",
    messageCount: "Message count",
    recipients: "Recipients",
    size: "Size",
    noTLS: "no TLS",
    unknownTLS: "unknown",
    cutoff: "Cut off below TLS",
    cutoffExplained: "These accounts could no longer send if the server required that version.",
    accountColumn: "Account",
    below: "Below",
    last: "Last",
    version: "Version",
    client: "Client",
    failures: "Failed logins by client network",
    failuresColumn: "Failures",
    network: "Network",
    accountsColumn: "Accounts",
    alerts: "Unusual submission",
    nobody: "Nobody submitted mail with SMTP AUTH in this period.",
    more: "more: see the attached files.",
    untold: "do not show their TLS version in the log: 'submitwatch status' says what to set.",
    madeOn: "Made by submitwatch on",
    attached: "All senders are in the attached files (CSV).",
    weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: DateText.months
  )

  static let german = Terms(
    title: "SMTP-Authentifizierungsclients",
    account: Noun("Konto", "Konten"),
    message: Noun("Nachricht", "Nachrichten"),
    sendingVolume: "Sendevolumen",
    tlsUsage: "TLS-Verwendung",
    perDay: "Nachrichten je Tag",
    senderAddress: "Absenderadresse",
    domain: "Domäne",
    messageCount: "Anzahl der Nachrichten",
    recipients: "Empfänger",
    size: "Größe",
    noTLS: "ohne TLS",
    unknownTLS: "unbekannt",
    cutoff: "Ausgeschlossen unter TLS",
    cutoffExplained:
      "Diese Konten könnten nicht mehr senden, wenn der Server diese Version verlangte.",
    accountColumn: "Konto",
    below: "Darunter",
    last: "Zuletzt",
    version: "Version",
    client: "Client",
    failures: "Fehlgeschlagene Anmeldungen nach Netz",
    failuresColumn: "Fehler",
    network: "Netz",
    accountsColumn: "Konten",
    alerts: "Ungewöhnliches Senden",
    nobody: "In diesem Zeitraum hat niemand mit SMTP AUTH gesendet.",
    more: "weitere: siehe die angehängten Dateien.",
    untold:
      "zeigen ihre TLS-Version nicht im Protokoll: 'submitwatch status' sagt, was einzustellen ist.",
    madeOn: "Erstellt von submitwatch auf",
    attached: "Alle Absender stehen in den angehängten Dateien (CSV).",
    weekdays: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    months: [
      "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.",
      "Dez.",
    ]
  )

  static let dutch = Terms(
    title: "SMTP Auth-clients",
    account: Noun("account", "accounts"),
    message: Noun("bericht", "berichten"),
    sendingVolume: "Verzendvolume",
    tlsUsage: "TLS-gebruik",
    perDay: "Berichten per dag",
    senderAddress: "Adres afzender",
    domain: "Domein",
    messageCount: "Aantal berichten",
    recipients: "Geadresseerden",
    size: "Grootte",
    noTLS: "zonder TLS",
    unknownTLS: "onbekend",
    cutoff: "Uitgesloten onder TLS",
    cutoffExplained: "Deze accounts kunnen niet meer verzenden als de server die versie eist.",
    accountColumn: "Account",
    below: "Eronder",
    last: "Laatst",
    version: "Versie",
    client: "Client",
    failures: "Mislukte aanmeldingen per netwerk",
    failuresColumn: "Mislukt",
    network: "Netwerk",
    accountsColumn: "Accounts",
    alerts: "Ongewoon verzenden",
    nobody: "In deze periode heeft niemand met SMTP AUTH verzonden.",
    more: "meer: zie de bijlagen.",
    untold:
      "tonen hun TLS-versie niet in het logboek: 'submitwatch status' zegt wat in te stellen is.",
    madeOn: "Gemaakt door submitwatch op",
    attached: "Alle afzenders staan in de bijlagen (CSV).",
    weekdays: ["ma", "di", "wo", "do", "vr", "za", "zo"],
    months: [
      "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
    ]
  )

  /// The version as columns name it.
  func column(_ version: TLSVersion) -> String {
    switch version {
    case .none: noTLS
    case .unknown: unknownTLS
    case .ssl3: "SSL 3"
    default: "TLS \(version.label)"
    }
  }
}
