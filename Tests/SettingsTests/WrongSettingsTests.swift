import Foundation
import Settings
import TestSupport
import Testing

/// Configurations that are refused: `Fixtures/wrong/<what>.yaml`, and the messages word for word.
struct WrongSettingsTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "Fixtures/wrong")

  static let cases: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test func `there are wrong configurations`() {
    #expect(Self.cases.count >= 25)
  }

  @Test(arguments: cases)
  func `every problem is told with file, line, key, value and what is allowed`(
    name: String
  ) throws {
    let bytes = try Data(contentsOf: Self.folder.appending(path: "\(name).yaml"))
    let message = try String(
      contentsOf: Self.folder.appending(path: "\(name).message"),
      encoding: .utf8
    )
    let error = #expect(throws: SettingsError.self) {
      try Settings.parse(Array(bytes), file: "\(name).yaml")
    }
    #expect((error?.description ?? "") + "\n" == message)
    #expect(error?.code == .invalid)
  }

  @Test func `a file that does not exist is an error, or stands for the defaults`() throws {
    let path = try TemporaryFolder().path("no.yaml")
    let error = #expect(throws: SettingsError.self) {
      try Settings.read(from: path)
    }
    #expect(error?.code == .missing)
    #expect(
      error?.description
        == "\(path): no such file; name the configuration, or leave it out for the defaults"
    )
    #expect(try Settings.read(from: path, isOptional: true) == Settings())
  }

  @Test func `a directory is no configuration, optional or not`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: SettingsError.self) {
      try Settings.read(from: folder.path, isOptional: true)
    }
    #expect(error?.code == .unreadable)
    #expect(
      error?.description == "\(folder.path): it is a directory; name the configuration in it"
    )
  }

  @Test func `a file of more than a mebibyte is refused`() throws {
    let folder = try TemporaryFolder()
    let comment = Array(repeating: UInt8(ascii: "#"), count: 1 << 20)
    let path = try folder.write(comment, to: "huge.yaml")
    #expect(try Settings.read(from: path) == Settings())
    try folder.write(comment + [UInt8(ascii: "#")], to: "huge.yaml")
    let error = #expect(throws: SettingsError.self) {
      try Settings.read(from: path)
    }
    #expect(
      error?.description == "\(path): the file is larger than 1 MiB: is it a configuration?"
    )
  }

  @Test func `nesting without end is refused`() {
    for open in ["[", "{", "- ", "{a: "] {
      let text = String(repeating: open, count: 200_000)
      let error = #expect(throws: SettingsError.self) {
        try Settings.parse(Array(text.utf8), file: "deep.yaml")
      }
      #expect(error?.problems.count == 1)
    }
  }

  @Test func `whatever the bytes, the answer is settings or an error`() throws {
    let samples = try Self.cases.map {
      Array(try Data(contentsOf: Self.folder.appending(path: "\($0).yaml")))
    }
    let marks = Array("&*!|>%@`'\"#-?:,[]{}\n\t \\\0~<=".utf8)
    var state: UInt64 = 11
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<3000 {
      var text = samples[next(samples.count)]
      for _ in 0...next(4) where !text.isEmpty {
        switch next(3) {
        case 0: text.insert(marks[next(marks.count)], at: next(text.count))
        case 1: text[next(text.count)] = UInt8(next(256))
        default: text.removeSubrange(next(text.count)..<text.count)
        }
      }
      do {
        _ = try Settings.parse(text, file: "random.yaml")
      } catch {
        #expect(!error.problems.isEmpty, "round \(round)")
        // YAML 1.1: a carriage return alone ends a line as well.
        let lines = text.count { $0 == 10 || $0 == 13 } + 1
        #expect(error.problems.allSatisfy { 1...lines + 1 ~= $0.line ?? 1 }, "round \(round)")
        #expect(!error.description.utf8.contains { $0 < 0x20 && $0 != 0x0a }, "round \(round)")
      }
    }
  }

  @Test func `aliases are found however they are written`() {
    for text in [
      "a: &b 1", "a: *b", "*b : 1", "? *b\n: 1", "- *b", "[a,*b]", "{a: [*b]}", "[[*b]]",
      "{\"a\":*b}", "a: !!str &b c", "a: 'x' # y\nb: &c 1", "a: 1 # y\rb: &c 1",
    ] {
      let error = #expect(throws: SettingsError.self) {
        try Settings.parse(Array(text.utf8), file: "alias.yaml")
      }
      #expect(error?.description.contains("anchors (&name)") == true, "\(text)")
    }
  }
}
