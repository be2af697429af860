import Logging

/// The messages that systemd/submitwatch.catalog explains, catalog(7), by their MESSAGE_ID.
enum CatalogEntry: String, CaseIterable {
  case linesLost = "0ee8fb4f29464edc970417d321b3ba78"
  case notSaved = "ee3ff43464b84f099c57cf3248911d0d"
  case databaseUnusable = "8a84b7cdf40948228ec7520e0a41afcf"
  case configurationRefused = "2ad8f87855764f82a18561bb93c79b0c"
  case sourceEnded = "b632101f39604bceb189cff8d164db1c"
  case tlsNotLogged = "1c1296af207545caa4754404cbf15a03"
  case clockDoubted = "a8d93e970ab44bb383175854bdbb4920"

  /// The metadata that carries it to the journal; people see the rest only.
  static let key = "message-id"
}

extension Logger {
  /// Logs a message that the catalog explains.
  func log(
    _ entry: CatalogEntry,
    _ level: Level,
    _ message: Message,
    _ metadata: Metadata = [:]
  ) {
    log(
      level: level,
      message,
      metadata: metadata.merging([CatalogEntry.key: "\(entry.rawValue)"]) { $1 }
    )
  }
}
