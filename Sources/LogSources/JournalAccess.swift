import Glibc
import Platform

/// Whether a journal may be read: libsystemd passes over files that it cannot open, so that the
/// journal looks empty.
enum JournalAccess {
  /// A file or folder of the journal that this process may not read; nil: there is none.
  ///
  /// Looks at the files that are written to now; users' own ones have no mail server in them.
  static func refused(_ settings: JournalSourceSettings, calls: any FileCalls) -> String? {
    for folder in folders(settings, calls: calls) {
      let names: [String]
      do throws(SystemCallFailure) {
        names = try calls.names(in: folder)
      } catch {
        if error.number == EACCES { return folder }
        continue
      }
      let current = names.filter {
        $0.hasSuffix(".journal") && !$0.contains("@") && !$0.hasPrefix("user-")
      }
      for name in current {
        do throws(SystemCallFailure) {
          calls.close(try calls.open(folder + "/" + name))
        } catch {
          if error.number == EACCES { return folder + "/" + name }
        }
      }
    }
    return nil
  }

  /// Where libsystemd looks: folders named after the machine, and what follows from the namespace.
  static func folders(
    _ settings: JournalSourceSettings,
    calls: any FileCalls
  ) -> [String] {
    let roots = settings.directory.map { [$0] } ?? ["/var/log/journal", "/run/log/journal"]
    let end = settings.namespace.map { "." + $0 } ?? ""
    let machines = roots.flatMap { root in
      let names = (try? calls.names(in: root)) ?? []
      return names.filter { $0.dropFirst(32) == end && $0.prefix(32).allSatisfy(\.isHexDigit) }
        .filter { $0.count >= 32 }.map { root + "/" + $0 }
    }
    return settings.directory == nil ? machines : roots + machines
  }
}
