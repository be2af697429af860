import GRDB

/// The tables, version by version; versions are only ever added.
enum Schema {
  /// "SWat", sqlite.org/pragma.html#pragma_application_id.
  static let applicationID = 0x5357_6174

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2") { try $0.execute(sql: version2) }
    migrator.registerMigration("3") { try $0.execute(sql: version3) }
    migrator.registerMigration("4") { try $0.execute(sql: version4) }
    migrator.registerMigration("5") { try $0.execute(sql: version5) }
    migrator.registerMigration("6") { try $0.execute(sql: version6) }
    migrator.registerMigration("7") { try $0.execute(sql: version7) }
    return migrator
  }

  /// Blobs of numbers are what `PackedWriter` writes; `hash` is `ByteHash.stable` of the blob.
  private static let version1 = """
    -- One of each: what the last save says of itself.
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    -- What other parts of the daemon keep, in their own form.
    CREATE TABLE state (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);
    -- How far each source is read.
    CREATE TABLE source (
      name TEXT PRIMARY KEY, cursor TEXT, path TEXT, device INTEGER, inode INTEGER,
      "offset" INTEGER, hashed_count INTEGER, hash INTEGER
    ) WITHOUT ROWID;
    -- Spans of log time that are counted, both ends in nanoseconds since 1970.
    CREATE TABLE coverage (
      host INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY (host, first)
    ) WITHOUT ROWID;
    -- Names by their numbers, 64 in a block.
    CREATE TABLE name (block INTEGER PRIMARY KEY, hash INTEGER NOT NULL, bytes BLOB NOT NULL);
    -- Days are numbered from 1970-01-01. Set 0 holds the messages whose TLS is decided.
    -- The account is in the upper half of pair, the sender in the lower.
    CREATE TABLE open_day (
      "set" INTEGER NOT NULL, day INTEGER NOT NULL, pair INTEGER NOT NULL, counts BLOB NOT NULL,
      PRIMARY KEY ("set", day, pair)
    ) WITHOUT ROWID;
    CREATE TABLE closed_day (
      "set" INTEGER NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL,
      name_limit INTEGER NOT NULL, hash INTEGER NOT NULL, rows BLOB NOT NULL,
      PRIMARY KEY ("set", day)
    );
    -- What was last seen of accounts, and failed AUTH, 32 entries in a block.
    CREATE TABLE entry (
      kind TEXT NOT NULL, "set" INTEGER NOT NULL, block INTEGER NOT NULL,
      hash INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (kind, "set", block)
    );
    """

  /// What finds a log again whose file was replaced or cut.
  private static let version2 = """
    ALTER TABLE source ADD COLUMN head_count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE source ADD COLUMN head_hash INTEGER NOT NULL DEFAULT 0;
    -- Nanoseconds since 1970.
    ALTER TABLE source ADD COLUMN modified INTEGER;
    """

  /// What the detector found; what it knows of accounts are entries of the kinds `detection` and
  /// `detected-rejections`.
  private static let version3 = """
    CREATE TABLE alert (id TEXT PRIMARY KEY, hash INTEGER NOT NULL, bytes BLOB NOT NULL);
    """

  /// Alerts as they were told, and what is still to be told of them; times are nanoseconds since 1970.
  private static let version4 = """
    CREATE TABLE told (
      id TEXT PRIMARY KEY, fired INTEGER NOT NULL, resolved INTEGER, replaced_by TEXT,
      rule TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, account TEXT NOT NULL,
      started INTEGER NOT NULL, updated INTEGER NOT NULL, ended INTEGER,
      window_seconds INTEGER NOT NULL, count INTEGER NOT NULL, expected REAL NOT NULL,
      score REAL NOT NULL, text TEXT NOT NULL,
      -- Senders, evidence and clients, as PackedWriter writes them.
      details BLOB NOT NULL
    ) WITHOUT ROWID;
    -- All that people said of an alert; the last word counts.
    CREATE TABLE judgement (
      alert TEXT NOT NULL, time INTEGER NOT NULL, verdict TEXT NOT NULL, note TEXT NOT NULL,
      user INTEGER NOT NULL, PRIMARY KEY (alert, time)
    ) WITHOUT ROWID;
    -- Which event of which alert a sink is still to be told.
    CREATE TABLE outbox (
      sink TEXT NOT NULL, alert TEXT NOT NULL, event INTEGER NOT NULL,
      PRIMARY KEY (sink, alert, event)
    ) WITHOUT ROWID;
    """

  /// Reports by e-mail.
  private static let version5 = """
    -- Those that somebody is still to get.
    CREATE TABLE due_report (
      number INTEGER PRIMARY KEY, recipient TEXT NOT NULL, start INTEGER NOT NULL,
      "end" INTEGER NOT NULL, domain TEXT, language TEXT NOT NULL
    );
    -- The last day on which a report of a schedule was due.
    CREATE TABLE schedule (name TEXT PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// What is covered, the state `counted` has; a mail may have reached some of its recipients.
  private static let version6 = """
    DROP TABLE coverage;
    -- The recipients that are still to get it, with spaces between them; NULL: all of the sink's.
    ALTER TABLE outbox ADD COLUMN rest TEXT;
    """

  /// What a sink was never told of an alert that fires.
  private static let version7 = """
    -- Why it was given up; NULL: it is due. Empty: the sink has taken others since.
    ALTER TABLE outbox ADD COLUMN refusal TEXT;
    """
}
