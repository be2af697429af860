/// What is stored cannot be what was written.
public struct StoredDamage: Error, Equatable, Sendable {
  /// What of it, in a few words for a person.
  public let part: String

  public init(part: String) {
    self.part = part
  }
}
