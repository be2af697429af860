/// What has become of the logs that a save knows, when others are read now.
package struct LogChanges: Sendable {
  /// What logs are called now that were saved under another name, by that.
  package var renamed: [String: String]
  /// Logs that are given up, as others take their place; by the names that they have now.
  package var replaced: [String]

  package init(renamed: [String: String] = [:], replaced: [String] = []) {
    self.renamed = renamed
    self.replaced = replaced
  }

  /// What was saved of logs, by the names that they have now.
  package func named<Value>(_ saved: [String: Value]) -> [String: Value] {
    var values = saved
    for (old, new) in renamed { values[new] = values.removeValue(forKey: old) }
    return values
  }
}
