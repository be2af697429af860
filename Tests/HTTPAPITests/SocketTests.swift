import Foundation
import Glibc
import TestSupport
import Testing

@testable import HTTPAPI

struct SocketTests {
  private func error(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `the socket has the mode that was asked for, and goes with the server`() async throws {
    let log = try ServedLog.sample()
    try await log.serve { log in
      let attributes = try FileManager.default.attributesOfItem(atPath: log.socketPath)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o660)
      #expect(attributes[.type] as? FileAttributeType == .typeSocket)
    }
    #expect(!FileManager.default.fileExists(atPath: log.socketPath))
  }

  @Test func `the socket belongs to its group`() throws {
    let folder = try TemporaryFolder()
    let own = unsafe getgrgid(getegid())
    let group = unsafe own.map { unsafe String(cString: $0.pointee.gr_name) } ?? ""
    let socket = try ListeningSocket.binding(folder.path("s"), group: group, mode: 0o600)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("s"))
    #expect(attributes[.groupOwnerAccountName] as? String == group)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    close(socket.descriptor)
    #expect(
      error { _ = try ListeningSocket.binding(folder.path("t"), group: "no-such-group") }
        == "cannot give the socket to group 'no-such-group': there is no such group;"
        + " create it with 'systemd-sysusers' or 'groupadd --system'"
    )
  }

  @Test func `what a killed daemon left is replaced, what is in use is not`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    let first = try ListeningSocket.binding(path, group: nil)
    #expect(
      error { _ = try ListeningSocket.binding(path, group: nil) }
        == "cannot listen on '\(path)': another process answers there;"
        + " stop it, or choose another path"
    )
    close(first.descriptor)
    let second = try ListeningSocket.binding(path, group: nil)
    // The file is another's by now.
    first.removeFile()
    #expect(FileManager.default.fileExists(atPath: path))
    second.removeFile()
    #expect(!FileManager.default.fileExists(atPath: path))
    close(second.descriptor)
  }

  @Test func `a path that cannot be had is named`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([], to: "file")
    #expect(
      error { _ = try ListeningSocket.binding(file, group: nil) }
        == "cannot listen on '\(file)': there is a file that is no socket;"
        + " remove it, or choose another path"
    )
    let long = "/" + String(repeating: "x", count: 107)
    #expect(
      error { _ = try ListeningSocket.binding(long, group: nil) }
        == "cannot listen on '\(long)': the path is longer than 107 bytes; choose a shorter one"
    )
    let missing = folder.path("missing/s")
    #expect(
      error { _ = try ListeningSocket.binding(missing, group: nil) }
        == "cannot bind '\(missing)': No such file or directory;"
        + " check that its folder exists and that this user may write there"
    )
  }

  @Test func `a socket that systemd passes is taken over, and its file stays`() async throws {
    let log = try ServedLog.sample()
    let bound = try ListeningSocket.binding(log.socketPath, group: nil)
    let adopted = try ListeningSocket.adopting(bound.descriptor)
    let published = log.published
    let handlers = DaemonHandlers(
      published: { published },
      importLog: { _ in throw ImportRefusal(.busy, "not now") },
      mailReport: { _ in throw MailReportRefusal(.full) }
    )
    let server = HTTPServer(adopted, HTTPServer.Options(), handlers)
    // It waits in the backlog until the server runs.
    let client = try RawClient(log.socketPath)
    client.send("GET /healthz HTTP/1.0\r\n\r\n")
    let run = Task { try await server.run() }
    let answer = await onOwnThread { client.readToEnd() }
    #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
    server.stop()
    try await run.value
    #expect(FileManager.default.fileExists(atPath: log.socketPath))
  }

  @Test func `another descriptor is refused`() throws {
    let number = unsafe open("/dev/null", O_RDONLY)
    #expect(
      error { _ = try ListeningSocket.adopting(number) }
        == "cannot answer on descriptor \(number): it is no Unix socket;"
        + " a socket unit must say ListenStream= with a path"
    )
    close(number)
    let idle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #expect(
      error { _ = try ListeningSocket.adopting(idle) }
        == "cannot answer on descriptor \(idle): it does not listen;"
        + " a socket unit must say ListenStream= with a path"
    )
    close(idle)
  }
}
