import ArgumentParser
import MailLog

extension Submitwatch {
  /// Refuses a word that stands where a command does and is none.
  ///
  /// The command that is run without a name would take it for an argument of its own, and help for
  /// nothing at all.
  static func checkCommands(_ words: [String]) throws(Failure) {
    var parent: any ParsableCommand.Type = Submitwatch.self
    var name = "submitwatch"
    for word in words.first == "help" ? words.dropFirst() : words[...] {
      let commands = parent.configuration.subcommands
      guard !commands.isEmpty, !word.hasPrefix("-") else { return }
      guard let command = commands.first(where: { $0.configuration.commandName == word }) else {
        let names = commands.compactMap { $0.configuration.commandName }.joined(separator: ", ")
        throw Failure(
          .usage,
          "'\(escapedText(word.utf8))' is no command of \(name): use one of \(names)"
        )
      }
      parent = command
      name += " \(word)"
    }
  }
}
