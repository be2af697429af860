extension Settings {
  /// The commented configuration: every key with its meaning and its default.
  ///
  /// It says nothing by itself. What stands directly behind a # is a default.
  package static let defaultConfiguration = String(
    decoding: PackageResources.submitwatch_yaml,
    as: UTF8.self
  )
}
