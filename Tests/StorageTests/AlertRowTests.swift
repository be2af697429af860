import Foundation
import GRDB
import MailLog
import TestSupport
import Testing

@testable import Storage

/// Alerts that were told, as rows.
@Suite struct AlertRowTests {
  private static let alert: Alert = {
    var alert = Alert.made("alice", over: true)
    alert.senders = ["alice@example.org", "ä"]
    alert.evidence = ["a line", ""]
    alert.clients = [
      Alert.Client(network: "192.0.2.0/24", first: nil, count: 300, isNew: true),
      Alert.Client(
        network: "2001:db8::/48",
        first: Timestamp(nanoseconds: -5),
        count: 1,
        isNew: false
      ),
      Alert.Client(
        network: "198.51.100.0/24",
        first: Timestamp(nanoseconds: 64),
        count: 0,
        isNew: true
      ),
    ]
    alert.unit = .refusals
    alert.sentLimit = 200
    return alert
  }()

  /// Its lists, their unit and the limit.
  static let details: [UInt8] =
    [2, 17] + Array("alice@example.org".utf8) + [2, 195, 164] + [2, 6] + Array("a line".utf8) + [0]
    + [3, 12] + Array("192.0.2.0/24".utf8) + [1, 0, 172, 2]
    + [13] + Array("2001:db8::/48".utf8) + [2, 9, 1]
    + [15] + Array("198.51.100.0/24".utf8) + [3, 128, 1, 0] + [2, 200, 1]

  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("db")
  }

  /// Saves the alert, puts other details in their place, and loads what that gives.
  private func store(_ details: [UInt8]) throws -> [KeptAlert] {
    var change = OutboxChange()
    change.kept = [KeptAlert(Self.alert, fired: 1, resolved: 2, replacedBy: "bob")]
    do {
      var store = try SnapshotStore(path: path)
      try store.save(change)
      #expect(try store.loadAlerts().kept == change.kept)
    }
    let database = try DatabaseQueue(path: path)
    let saved = try database.read { try Data.fetchOne($0, sql: "SELECT details FROM told") }
    #expect(saved.map { Array($0) } == Self.details)
    try database.write {
      try $0.execute(sql: "UPDATE told SET details = ?", arguments: [Data(details)])
    }
    try database.close()
    return try SnapshotStore(path: path).loadAlerts().kept
  }

  @Test func `the details of an alert keep their form`() throws {
    #expect(try store(Self.details).map(\.alert) == [Self.alert])
  }

  @Test func `an alert of an earlier version counts recipients, and is none that ends an hour`()
    throws
  {
    var expected = Self.alert
    (expected.unit, expected.sentLimit) = (.recipients, nil)
    #expect(try store(Self.details.dropLast(3)).map(\.alert) == [expected])
  }

  @Test(arguments: [1, 2, 4, details.count])
  func `details that are cut off are refused`(count: Int) throws {
    #expect(throws: StorageError(.damaged(part: "alerts"), path: path)) {
      _ = try store(Self.details.dropLast(count))
    }
  }

  @Test func `details with more behind them are refused`() throws {
    #expect(throws: StorageError(.damaged(part: "alerts"), path: path)) {
      _ = try store(Self.details + [0])
    }
  }
}
