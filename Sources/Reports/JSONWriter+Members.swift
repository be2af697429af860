extension JSONWriter {
  package mutating func member(_ name: String, _ text: String) {
    key(name)
    value(text)
  }

  package mutating func member(_ name: String, _ number: UInt64) {
    key(name)
    value(number)
  }

  package mutating func member(_ name: String, _ number: Int) {
    key(name)
    value(number)
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    value(flag)
  }

  /// Writes a member, unless it has no value.
  package mutating func member(_ name: String, _ text: String?) {
    if let text { member(name, text) }
  }

  /// Writes a member, unless it has no value.
  package mutating func member(_ name: String, _ number: UInt64?) {
    if let number { member(name, number) }
  }

  /// Writes a member, `null` if it has no value.
  package mutating func member(_ name: String, orNull text: String?) {
    key(name)
    value(text)
  }

  /// Writes a member, `null` if it has no value.
  package mutating func member(_ name: String, orNull number: UInt64?) {
    key(name)
    value(number)
  }

  /// Writes a member that is an array.
  package mutating func array<Element>(
    _ name: String,
    of elements: [Element],
    _ write: (Element, inout JSONWriter) -> Void
  ) {
    array(name) { json in
      for element in elements { write(element, &json) }
    }
  }

  /// Writes a member that is an array of texts.
  package mutating func array(_ name: String, of texts: [String]) {
    array(name) { json in
      for text in texts { json.value(text) }
    }
  }
}
