import Foundation
import TestSupport
import Testing

/// `make install`, and the units against systemd's own judgement.
struct InstallTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Runs a script in the package's folder; `$root` is an empty folder, `$binaries` has programs.
  private func run(_ script: String) throws -> CommandRun {
    let programs = """
      mkdir programs; ln -s $submitwatch programs/submitwatch
      printf '#!/bin/sh\\n' >programs/submitwatchd; chmod 755 programs/submitwatchd
      root=$PWD/root; mkdir -m 755 $root; export BINARIES=$PWD/programs
      cd '\(ArchitectureTests.root.path)'

      """
    return try CommandRun(script: programs + script, in: folder)
  }

  @Test func `everything is installed where it belongs`() throws {
    let run = try run("DESTDIR=$root PREFIX=/usr .ci/install && cd $root && find . -type f | sort")
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(
      run.lines.dropLast().map { $0.dropFirst(2) } == [
        "etc/submitwatch/submitwatch.yaml", "usr/bin/submitwatch", "usr/bin/submitwatchd",
        "usr/lib/systemd/catalog/submitwatch.catalog",
        "usr/lib/systemd/system/submitwatch-hook@.service",
        "usr/lib/systemd/system/submitwatchd.service",
        "usr/lib/systemd/system/submitwatchd.socket", "usr/lib/sysusers.d/submitwatch.conf",
        "usr/lib/tmpfiles.d/submitwatch.conf",
        "usr/share/bash-completion/completions/submitwatch",
        "usr/share/doc/submitwatch/README.md", "usr/share/doc/submitwatch/nginx.conf",
        "usr/share/doc/submitwatch/submitwatch.yaml",
        "usr/share/fish/vendor_completions.d/submitwatch.fish",
        "usr/share/man/man1/submitwatch.1", "usr/share/man/man5/submitwatch.yaml.5",
        "usr/share/man/man8/submitwatchd.8",
        "usr/share/submitwatch/alert-templates/matrix.mustache",
        "usr/share/submitwatch/alert-templates/ntfy.mustache",
        "usr/share/submitwatch/alert-templates/slack.mustache",
        "usr/share/submitwatch/alert-templates/teams.mustache",
        "usr/share/submitwatch/hooks/lock-dovecot", "usr/share/submitwatch/hooks/lock-postfix",
        "usr/share/zsh/site-functions/_submitwatch",
      ]
    )
  }

  @Test func `everybody may read what is installed, whatever umask root has`() throws {
    let run = try run(
      "umask 077; DESTDIR=$root .ci/install; cd $root; find * ! -perm -444 -o -type d ! -perm -111"
    )
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(run.text == "")
  }

  @Test func `what is uninstalled is gone, but for what the operator has written`() throws {
    let run = try run(
      """
      export DESTDIR=$root PREFIX=/usr; .ci/install && ln -s /bin/true $root/etc/submitwatch/hooks
      .ci/uninstall && cd $root && find . ! -type d | sort
      """
    )
    #expect(run.status == 0 && run.errors == "", "\(run.errors)")
    #expect(
      run.lines == ["./etc/submitwatch/hooks/true", "./etc/submitwatch/submitwatch.yaml", ""]
    )
  }

  @Test func `a configuration that is there stays, and the unit names the prefix`() throws {
    let run = try run(
      """
      install -D -m 600 /dev/stdin $root/etc/submitwatch/submitwatch.yaml <<<'retention: 30'
      DESTDIR=$root .ci/install; cat $root/etc/submitwatch/submitwatch.yaml
      grep ^ExecStart= $root/usr/local/lib/systemd/system/submitwatchd.service
      """
    )
    #expect(run.status == 0)
    #expect(run.text == "retention: 30\nExecStart=/usr/local/bin/submitwatchd\n")
  }

  @Test(arguments: ["/usr", "/usr/local", "/opt/mail"])
  func `each path below the prefix that a text names is there`(prefix: String) throws {
    let run = try run(
      """
      DESTDIR=$root PREFIX=\(prefix) .ci/install; cd $root
      grep -rhv PREFIX etc .\(prefix)/lib .\(prefix)/share/{doc,man} |
        grep -oE '/[a-z/]*/(bin|share)/submitwatch([a-z/.-]*[a-z])?' | sort -u |
        while read path; do ls -d .$path; done
      """
    )
    #expect(run.status == 0)
    #expect(run.errors == "")
    let names = [
      "bin/submitwatch", "bin/submitwatchd", "share/submitwatch/alert-templates",
      "share/submitwatch/alert-templates/matrix.mustache",
      "share/submitwatch/alert-templates/ntfy.mustache",
      "share/submitwatch/alert-templates/slack.mustache", "share/submitwatch/hooks",
      "share/submitwatch/hooks/lock-dovecot",
    ]
    #expect(run.lines.dropLast() == names.map { ".\(prefix)/\($0)" }[...])
  }

  @Test func `completions know the commands`() throws {
    let run = try run(
      "DESTDIR=$root .ci/install; bash -n $root/usr/local/share/bash-completion/completions/*"
        + " && grep -l check-config -r $root/usr/local/share/{bash-completion,zsh,fish} | wc -l"
    )
    #expect(run.status == 0)
    #expect(run.text == "3\n")
  }

  @Test func `systemd finds nothing wrong with the units`() throws {
    let run = try run(
      """
      DESTDIR=$root PREFIX=/usr .ci/install; units=$root/usr/lib/systemd/system
      sed -i "s|/usr/bin|$root/usr/bin|" $units/*.service
      cp "$units/submitwatch-hook@.service" $units/submitwatch-hook@lock-dovecot.service
      systemd-analyze verify --man=no $units/submitwatchd.service $units/submitwatchd.socket \
        $units/submitwatch-hook@lock-dovecot.service 2>&1
      """
    )
    #expect(run.status == 0)
    #expect(run.text == "")
  }

  @Test func `the exposure of the service is at most one and a half`() throws {
    let run = try run(
      "systemd-analyze security --offline=true --threshold=15 systemd/submitwatchd.service"
    )
    #expect(run.status == 0, "\(run.text)")
    let level = run.text.firstMatch(of: /exposure level for [^:]*: ([0-9]+[.][0-9]+)/)?.1
    #expect(level.flatMap { Double($0) }.map { $0 <= 1.5 } == true)
  }

  @Test func `the user and the groups are made`() throws {
    let run = try run(
      """
      install -d $root/etc; cp /etc/passwd /etc/group $root/etc
      systemd-sysusers --root=$root $PWD/systemd/sysusers.d/submitwatch.conf 2>/dev/null
      systemd-tmpfiles --root=$root --create $PWD/systemd/tmpfiles.d/submitwatch.conf
      cut -d: -f1 $root/etc/group | grep submitwatch | sort; stat -c %a $root/run/submitwatch
      """
    )
    #expect(run.status == 0)
    #expect(run.text == "submitwatch\nsubmitwatch-admin\nsubmitwatch-hook\n755\n")
  }
}
