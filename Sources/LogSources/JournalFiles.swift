import Glibc
import Platform

/// The files in a folder of journals, and the machines whose entries are in each.
struct JournalFiles {
  /// What of a folder belongs to one machine.
  struct Share: Equatable {
    /// Its _MACHINE_ID; empty: of entries that have none.
    var machine: String
    var paths: [String] = []
    /// By path: a file can be replaced.
    var identities: [FileIdentity] = []
    /// The files have entries of other machines, too.
    var isMixed = false
  }

  private struct File: Hashable {
    var path: String
    var identity: FileIdentity
  }

  private var files: [File: Set<String>] = [:]

  /// By the machine; one without any machine's entries, as it is before the first, has its place
  /// with those that name none.
  private(set) var shares: [String: Share] = [:]

  /// Each machine's files are opened for it: those who write there decide how many these are.
  private static let machineLimit = 1000

  /// Finds the files that are there now; those that cannot be read are left out.
  ///
  /// - Parameters:
  ///   - settings: where the folder is.
  ///   - calls: the system's.
  /// - Throws: if these are too many to be opened, or of too many machines.
  mutating func look(
    _ settings: JournalSourceSettings,
    calls: any FileCalls
  ) throws(LogSourceError) {
    var found: [File: Set<String>] = [:]
    for folder in JournalAccess.folders(settings, calls: calls) {
      let names = (try? calls.names(in: folder)) ?? []
      for name in names where name.hasSuffix(".journal") || name.hasSuffix(".journal~") {
        let path = folder + "/" + name
        guard let identity = try? calls.status(at: path).identity else { continue }
        let file = File(path: path, identity: identity)
        // To one with an @ nothing more is written.
        if name.contains("@"), let known = files[file] {
          found[file] = known
        } else {
          found[file] = try machines(in: path)
        }
      }
    }
    files = found
    share()
    guard shares.count <= Self.machineLimit else {
      throw LogSourceError(.openFailed(errorNumber: EMFILE), path: settings.place)
    }
  }

  /// nil: it cannot be read.
  private func machines(in path: String) throws(LogSourceError) -> Set<String>? {
    do throws(SystemCallFailure) {
      return try Journal(files: [path]).values(of: "_MACHINE_ID")
    } catch {
      // No fault of this file.
      guard ![EMFILE, ENFILE, ENOMEM].contains(error.number) else {
        throw LogSourceError(opening: path, error)
      }
      return nil
    }
  }

  private mutating func share() {
    shares = [:]
    for (file, machines) in files.sorted(by: { $0.key.path < $1.key.path }) {
      for machine in machines.isEmpty ? [""] : machines {
        shares[machine, default: Share(machine: machine)].paths.append(file.path)
        shares[machine]?.identities.append(file.identity)
        if machines.count > 1 { shares[machine]?.isMixed = true }
      }
    }
  }
}
