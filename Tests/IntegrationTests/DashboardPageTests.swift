import Foundation
import TestSupport
import Testing

/// The dashboard in a real Chromium, behind `submitwatch dashboard` and the real daemon; see
/// `Dashboard/walk`.
@Suite(.serialized)
struct DashboardPageTests {
  /// A walk, and what it has shown at its end.
  struct Walk: CustomTestStringConvertible {
    var name: String
    var sentences: [String]
    var testDescription: String { name }
  }

  static let walks = [
    Walk(
      name: "figures",
      sentences: [
        "the insight and its flyout have the figures of the command line",
        "both reports have the figures of the command line, in the table and per day",
        "cut-off and failures have the figures of the command line",
        "the details pane has days, TLS, clients, ciphers, mechanisms,"
          + " and when an old version was last used",
        "nothing came to the console, and nothing was asked for elsewhere",
      ]
    ),
    Walk(
      name: "use",
      sentences: [
        "domain, search and dates filter, and the address holds them",
        "a date before the other one moves that, and both fields show what is asked for",
        "every kind of column sorts both ways",
        "hovering over a day shows its figures",
        "the CSV has what is shown",
        "the language switch changes terms and numbers, and the table keeps its figures",
        "a message that is logged shows by itself",
        "an open flyout goes on with the figures",
        "on paper there are whole tables, charts and details",
        "the keyboard reaches the pane and the tabs, and comes back",
      ]
    ),
    Walk(
      name: "request",
      sentences: [
        "a report to who may not have it is refused, and says why",
        "a report of the view comes by e-mail, in the page's language, to each recipient",
      ]
    ),
    Walk(
      name: "hostile",
      sentences: [
        "markup, reversed text and endless names are shown as text, within the page",
        "each of them opens its details",
        "no cell of the CSV is a formula",
      ]
    ),
    Walk(
      name: "access",
      sentences: [
        "names, roles, headings, tables of charts and contrast are right in every view,"
          + " light and dark, wide and narrow",
        "what is chosen is seen in forced colours, too",
        "the keyboard alone reaches all that can be used, and shows where it is",
      ]
    ),
    Walk(
      name: "alerts",
      sentences: [
        "an alert shows by itself, with its evidence",
        "its sentence is in the reader's language",
        "a verdict is given, and the end of an alert is seen",
        "a verdict that is refused says why, also when another alert comes",
        "alerts that cannot be had are not counted as none",
        "however many tabs are open, each that is seen has its figures",
      ]
    ),
    Walk(
      name: "crowd",
      sentences: [
        "past alerts come in pages",
        "what is folded up is not looked into when alerts change",
      ]
    ),
    Walk(
      name: "burst",
      sentences: [
        "a burst in the log shows by itself as an alert, with the lines that it stands on",
        "a note that is being written stays while the figures change",
        "a verdict given by click is there when the page comes again",
        "a daemon that does not answer is said, and its return is seen",
        "alerts come again when the daemon does",
      ]
    ),
    Walk(
      name: "states",
      sentences: [
        "what to do where TLS is not logged is said, in each language",
        "without Chart.js the page says so, and has its tables",
        "empty and wrong questions are answered",
        "of years the days are told with theirs",
        "a page without its terms says so, and can be loaded again",
        "a daemon that is away is said, and its return is seen",
        "a session that is over says how to open another",
        "the next address opens the page in the same tab",
      ]
    ),
    Walk(
      name: "many",
      sentences: [
        "a hundred thousand senders come in pages",
        "each of their domains can be chosen",
      ]
    ),
    Walk(
      name: "alike",
      sentences: [
        "of more domains than a list can hold it is said that there are others",
        "failures and old TLS are found of a name that thousands of others contain",
      ]
    ),
    Walk(
      name: "proxy",
      sentences: [
        "without a session there is the page and nothing else",
        "the token is good once, for a cookie that scripts and other pages cannot use",
        "other hosts and origins are refused, and a body of any size goes through",
        "the port closes with the command",
      ]
    ),
    Walk(
      name: "nginx",
      sentences: [
        "nginx asks for the password, passes the page, the figures and the stream on, and no POST"
      ]
    ),
  ]

  @Test(arguments: walks)
  func `a walk through the dashboard shows what it should`(walk: Walk) throws {
    let program = ArchitectureTests.root.appending(path: "Tests/IntegrationTests/Dashboard/walk")
    let run = try CommandRun(
      script: "BINARIES=$(dirname $submitwatch) '\(program.path)' \(walk.name)",
      in: TemporaryFolder()
    )
    #expect(run.status == 0, "\(run.text)\(run.errors)")
    #expect(run.text.split(separator: "\n").map(String.init) == walk.sentences)
  }
}
