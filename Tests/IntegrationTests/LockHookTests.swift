import Foundation
import Glibc
import TestSupport
import Testing

/// The hooks that lock accounts say so only when it is done, and lose no other lock.
struct LockHookTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Runs a script.
  ///
  /// `hook NAME …` runs the hook on tables in the folder `NAME`; behind `fails PROGRAM` it finds one
  /// that fails.
  private func run(_ script: String) throws -> CommandRun {
    let preparation = """
      here=$PWD; mkdir own postfix; : >postfix/main.cf
      export MAIL_CONFIG=$here/postfix PATH=$here/own:$PATH:/usr/sbin
      program() { printf '#!/bin/sh\\n%s\\n' "$2" >own/$1; chmod 755 own/$1; }
      fails() { program "$1" 'exit 2'; }
      hook() { STATE_DIRECTORY=$here/$1 ${drop-} '\(ArchitectureTests.root.path)'/config/hooks/"$@"; }
      tables() {
        [ ! -e lock-dovecot/denied ] || cat lock-dovecot/denied
        [ ! -e lock-postfix/locked.lmdb ] || postmap -s lmdb:$here/lock-postfix/locked
      }

      """
    return try CommandRun(script: preparation + script, in: folder)
  }

  private static let hooks = ["lock-dovecot", "lock-postfix"]

  @Test(arguments: hooks)
  func `an account is locked and unlocked, beside others`(hook: String) throws {
    let run = try run(
      """
      for account in a@example.org b@example.org; do hook \(hook) lock $account; done
      hook \(hook) undo a@example.org; hook \(hook) list
      """
    )
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(
      run.lines == [
        "\(hook): a@example.org is locked", "\(hook): b@example.org is locked",
        "\(hook): a@example.org is not locked any more", "b@example.org", "",
      ]
    )
  }

  @Test(arguments: hooks)
  func `names are locked in lower case, and unlocked in any`(hook: String) throws {
    let run = try run(
      """
      for account in "O'Brien@Example.org" -n - B; do hook \(hook) lock "$account" >/dev/null; done
      hook \(hook) undo B >/dev/null; hook \(hook) lock B >/dev/null; hook \(hook) undo b
      hook \(hook) undo -; hook \(hook) list | LC_ALL=C sort
      """
    )
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(
      run.lines == [
        "\(hook): b is not locked any more", "\(hook): - is not locked any more", "-n",
        "o'brien@example.org", "",
      ]
    )
  }

  @Test(arguments: hooks, ["two words", "a:b", "a#b", "ü", "$(b)", "\\\\"])
  func `a name that the table cannot hold is bad data`(hook: String, name: String) throws {
    let run = try run("hook \(hook) lock '\(name)'; echo $?; hook \(hook) list")
    #expect(run.lines == ["65", ""])
    #expect(
      run.errors == "\(hook): an account of this name cannot be locked here: it has other"
        + " characters than letters, digits and .@_+='-\n"
    )
  }

  @Test(arguments: hooks)
  func `the mail server can read the table, whatever umask root has`(hook: String) throws {
    let run = try run(
      "umask 077; hook \(hook) lock a >/dev/null; stat -c '%a %F' \(hook) \(hook)/* | sort -u"
    )
    #expect(run.lines == ["644 regular file", "755 directory", ""])
  }

  @Test(arguments: hooks)
  func `what another user's run has left is no obstacle`(hook: String) throws {
    // The superuser may write all files, but not without the capabilities for it.
    let drop = "setpriv --bounding-set -dac_override,-dac_read_search"
    let run = try run(
      """
      \(geteuid() == 0 ? "drop='\(drop)'" : "")
      hook \(hook) lock a >/dev/null
      for file in \(hook)/*; do : >$file.new; chmod 0 $file.new; done
      hook \(hook) lock b
      """
    )
    #expect(run.lines == ["\(hook): b is locked", ""], "\(run.errors)")
  }

  @Test(arguments: hooks, ["lock", "undo"])
  func `a disk that is full fails, and locks and unlocks nobody`(
    hook: String,
    action: String
  ) throws {
    let run = try run(
      """
      mkdir lock-dovecot lock-postfix
      seq -f 'account%g@example.org' 200 >lock-dovecot/denied
      sed 's/$/ REJECT locked/' lock-dovecot/denied | postmap -i lmdb:$here/lock-postfix/locked
      before=$(tables); trap '' XFSZ
      (ulimit -f 1; hook \(hook) \(action) account7@example.org); echo $?
      [ "$(tables)" = "$before" ] && echo the same
      """
    )
    #expect(run.text.last { $0.isNumber } != "0")
    #expect(!run.text.contains("locked"), "\(run.text)")
    #expect(run.text.hasSuffix("the same\n"))
  }

  @Test(
    arguments: [
      ("lock-dovecot", "grep"), ("lock-dovecot", "chmod"), ("lock-dovecot", "mv"),
      ("lock-postfix", "postmap"), ("lock-postfix", "tr"),
    ]
  )
  func `a step that fails is the end`(hook: String, program: String) throws {
    let run = try run(
      """
      hook \(hook) lock a@example.org >/dev/null; before=$(tables)
      fails \(program)
      for action in lock undo; do hook \(hook) $action a@example.org || echo failed; done
      rm own/\(program)
      [ "$(tables)" = "$before" ] && echo the same
      """
    )
    #expect(run.lines == ["failed", "failed", "the same", ""], "\(program)")
  }

  @Test func `who was locked with another answer is unlocked in Postfix`() throws {
    let run = try run(
      """
      mkdir lock-postfix
      printf '1e3 REJECT go away\\n1000 REJECT stay away\\n' |
        postmap -i lmdb:$here/lock-postfix/locked
      hook lock-postfix undo 1e3; tables
      """
    )
    #expect(
      run.lines == ["lock-postfix: 1e3 is not locked any more", "1000\tREJECT stay away", ""]
    )
  }
}
