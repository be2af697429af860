// swift-tools-version: 6.2
import PackageDescription

/// Targets in dependency order; the settings of all of them are in the loop at the end.
let package = Package(
  name: "submitwatch",
  products: [
    .executable(name: "submitwatch", targets: ["submitwatch"]),
    .executable(name: "submitwatch-bench", targets: ["submitwatch-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CCompression",
      providers: [.apt(["zlib1g-dev", "libbz2-dev", "liblzma-dev", "libzstd-dev"])]
    ),
    .target(name: "MailLog"),
    .target(name: "LogSources", dependencies: ["MailLog", "CCompression"]),
    .target(name: "Dialects", dependencies: ["MailLog"]),
    .target(name: "Sessions", dependencies: ["MailLog"]),
    .target(name: "Counters", dependencies: ["MailLog"]),
    .target(
      name: "Ingest",
      dependencies: ["MailLog", "LogSources", "Dialects", "Sessions", "Counters"]
    ),
    .target(name: "Reports", dependencies: ["MailLog", "Counters"]),
    .target(
      name: "Storage",
      dependencies: ["MailLog", "Counters", .product(name: "GRDB", package: "GRDB.swift")]
    ),
    .executableTarget(
      name: "submitwatch",
      dependencies: [
        "MailLog", "LogSources", "Dialects", "Sessions", "Counters", "Ingest", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "submitwatch-bench",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")]
    ),
    .target(
      name: "TestSupport",
      dependencies: ["MailLog", "LogSources"],
      path: "Tests/TestSupport"
    ),
    .testTarget(name: "MailLogTests", dependencies: ["MailLog", "TestSupport"]),
    .testTarget(name: "LogSourcesTests", dependencies: ["MailLog", "LogSources", "TestSupport"]),
    .testTarget(
      name: "DialectsTests",
      dependencies: ["MailLog", "Dialects", "Ingest", "Reports", "TestSupport"],
      exclude: ["Fixtures"]
    ),
    .testTarget(name: "SessionsTests", dependencies: ["MailLog", "Sessions", "TestSupport"]),
    .testTarget(name: "CountersTests", dependencies: ["MailLog", "Counters", "TestSupport"]),
    .testTarget(
      name: "IngestTests",
      dependencies: [
        "MailLog", "LogSources", "Dialects", "Sessions", "Counters", "Ingest", "TestSupport",
      ]
    ),
    .testTarget(name: "ReportsTests", dependencies: ["MailLog", "Counters", "Reports"]),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "MailLog", "Counters", "Storage", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"]
    ),
    .testTarget(
      name: "IntegrationTests",
      dependencies: ["MailLog", "Dialects", "TestSupport", "submitwatch"]
    ),
  ]
)

let isFuzzing = Context.environment["FUZZ"] != nil  // see .ci/fuzz
if isFuzzing {
  let tested = ["MailLog", "Dialects", "Sessions"]
  package.products = []
  package.dependencies = []
  package.targets = package.targets.filter { tested.contains($0.name) }
  package.targets.append(
    .executableTarget(
      name: "DialectFuzzer",
      dependencies: tested.map { .byName(name: $0) },
      path: "Tests/DialectFuzzer",
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
    )
  )
}

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
  ]
  if ["Dialects", "LogSources"].contains(target.name) {
    // ByteScanner stores a Span, LineBlock returns one.
    target.swiftSettings?.append(.enableExperimentalFeature("Lifetimes"))
  }
  if isFuzzing {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address"]))
  }
}
