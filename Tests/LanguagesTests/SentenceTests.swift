import MailLog
import TestSupport
import Testing

@testable import Languages

struct SentenceTests {
  @Test func `in English the sentence is the alert's own`() {
    let alert = Alert.made("a")
    #expect(alert.sentence(in: .english) == alert.text)
  }

  @Test(arguments: [
    (
      Language.german,
      "a@example.org hat in 10 Minuten an 80 Empfänger gesendet, das 6,4-Fache des eigenen"
        + " Höchstwerts von 13; ein Teil davon kam aus 192.0.2.0/24, das für das Konto neu ist."
        + " War es nicht der Inhaber: Kennwort ändern, Warteschlange prüfen."
    ),
    (
      .dutch,
      "a@example.org heeft in 10 minuten aan 80 ontvangers verzonden, 6,4 keer de eigen hoogste waarde"
        + " van 13; een deel daarvan kwam uit 192.0.2.0/24, dat nieuw is voor het account."
        + " Was het niet de eigenaar: wijzig het wachtwoord, bekijk de wachtrij."
    ),
  ])
  func `it has the alert's figures`(language: Language, sentence: String) {
    #expect(Alert.made("a").sentence(in: language) == sentence)
  }

  @Test func `new networks are named, and an account without a record`() {
    var alert = Alert.made("a")
    alert.rule = .newNetworks
    alert.expected = 0
    alert.windowSeconds = 3600
    alert.clients[1].isNew = true
    let start =
      "a@example.org hat in einer Stunde 80 Nachrichten aus Netzen gesendet, die für das Konto"
      + " neu sind (192.0.2.0/24 und ein weiteres), ohne Beispiel bei diesem Konto."
    #expect(alert.sentence(in: .german).hasPrefix(start))
    alert.clients = []
    #expect(alert.sentence(in: .german).contains("neu sind, ohne Beispiel"))
  }

  @Test func `it tells recipients from messages, and the last alert that is sent`() {
    var alert = Alert.made("a")
    alert.unit = .messages
    #expect(alert.sentence(in: .german).contains(" hat in 10 Minuten 80 Nachrichten gesendet, "))
    #expect(alert.sentence(in: .dutch).contains(" heeft in 10 minuten 80 berichten verzonden, "))
    #expect(!alert.sentence(in: .german).contains("nur aufgeführt"))
    alert.sentLimit = 100
    #expect(alert.sentence(in: .german).contains("nur aufgeführt, nicht versendet"))
    #expect(alert.sentence(in: .dutch).contains("alleen vermeld, niet verzonden"))
  }

  @Test func `what a name brings is not filled in again`() {
    var alert = Alert.made("a")
    alert.account = "{remedy}{n"
    #expect(alert.sentence(in: .german).hasPrefix("{remedy}{n hat in 10 Minuten an 80 Empfänger"))
  }
}
