// swift-tools-version: 6.2
import PackageDescription

/// Targets in dependency order; the settings of all of them are in the loop at the end.
let package = Package(
  name: "submitwatch",
  products: [
    .executable(name: "submitwatchd", targets: ["submitwatchd"]),
    .executable(name: "submitwatch", targets: ["submitwatch"]),
    .executable(name: "submitwatch-bench", targets: ["submitwatch-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CBytes"),
    .systemLibrary(
      name: "CCompression",
      providers: [.apt(["zlib1g-dev", "libbz2-dev", "liblzma-dev", "libzstd-dev"])]
    ),
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CSystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(name: "Curl", dependencies: ["CCurl"]),
    // Its names are public: only what is public is inlined in other modules, here twice the speed.
    .target(name: "MailLog"),
    .target(name: "Platform", dependencies: ["MailLog"]),
    .target(name: "Languages", dependencies: ["MailLog"], resources: [.embedInCode("Terms")]),
    .target(
      name: "Settings",
      dependencies: ["MailLog", "Languages", .product(name: "Yams", package: "Yams")],
      resources: [.embedInCode("submitwatch.yaml")]  // a link to the one in config
    ),
    .target(
      name: "LogSources",
      dependencies: ["MailLog", "Platform", "CCompression", "CLinux", "CSystemd"]
    ),
    .target(name: "Dialects", dependencies: ["MailLog", "CBytes"]),
    .target(name: "Sessions", dependencies: ["MailLog"]),
    .target(name: "Counters", dependencies: ["MailLog"]),
    .target(name: "Detection", dependencies: ["MailLog", "Counters"]),
    .target(
      name: "Ingest",
      dependencies: [
        "MailLog", "Platform", "LogSources", "Dialects", "Sessions", "Counters", "Detection",
      ]
    ),
    .target(name: "Reports", dependencies: ["MailLog", "Languages", "Counters"]),
    .target(
      name: "Alerts",
      dependencies: [
        "MailLog", "Platform", "Languages", "Settings", "Curl", "CCurl", "CSystemd",
        .product(name: "Mustache", package: "swift-mustache"),
      ]
    ),
    .target(
      name: "HTTPAPI",
      dependencies: [
        "MailLog", "Platform", "Languages", "Counters", "Reports", "CCompression",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      resources: [.embedInCode("Dashboard")]
    ),
    .target(
      name: "Storage",
      dependencies: [
        "MailLog", "Platform", "Counters", .product(name: "GRDB", package: "GRDB.swift"),
      ]
    ),
    .target(
      name: "Daemon",
      dependencies: [
        "MailLog", "Platform", "Languages", "LogSources", "Dialects", "Sessions", "Counters",
        "Detection", "Ingest", "Reports", "Storage", "HTTPAPI", "Settings", "Alerts", "CLinux",
        "CSystemd",
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    .executableTarget(
      name: "submitwatchd",
      dependencies: [
        "Daemon", "Reports", "Settings",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "submitwatch",
      dependencies: [
        "MailLog", "Platform", "Languages", "LogSources", "Dialects", "Sessions", "Counters",
        "Detection", "Ingest", "Reports", "Settings", "Alerts", "HTTPAPI", "Curl", "CCurl",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .executableTarget(
      name: "submitwatch-bench",
      dependencies: [
        "MailLog", "Platform", "LogSources", "Counters", "Detection", "Ingest", "CSystemd",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]
    ),
    .target(
      name: "TestSupport",
      dependencies: ["MailLog", "Platform", "LogSources", "Counters"],
      path: "Tests/TestSupport"
    ),
    .testTarget(name: "MailLogTests", dependencies: ["MailLog", "TestSupport"]),
    .testTarget(name: "LanguagesTests", dependencies: ["MailLog", "Languages", "TestSupport"]),
    .testTarget(
      name: "SettingsTests",
      dependencies: ["MailLog", "Languages", "Settings", "Alerts", "TestSupport"],
      exclude: ["Fixtures"]
    ),
    .testTarget(
      name: "LogSourcesTests",
      dependencies: ["MailLog", "Platform", "LogSources", "Dialects", "TestSupport"]
    ),
    .testTarget(
      name: "DialectsTests",
      dependencies: ["MailLog", "Dialects", "Ingest", "Reports", "Settings", "TestSupport"],
      exclude: ["Fixtures"]
    ),
    .testTarget(
      name: "AlertsTests",
      dependencies: ["MailLog", "Platform", "Languages", "Settings", "Alerts", "TestSupport"]
    ),
    .testTarget(name: "SessionsTests", dependencies: ["MailLog", "Sessions", "TestSupport"]),
    .testTarget(name: "CountersTests", dependencies: ["MailLog", "Counters", "TestSupport"]),
    .testTarget(
      name: "DetectionTests",
      dependencies: ["MailLog", "Counters", "Detection", "TestSupport"]
    ),
    .testTarget(
      name: "IngestTests",
      dependencies: [
        "MailLog", "LogSources", "Dialects", "Sessions", "Counters", "Ingest", "Reports",
        "Settings", "TestSupport",
      ]
    ),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["MailLog", "Languages", "Counters", "Reports", "TestSupport"]
    ),
    .testTarget(
      name: "HTTPAPITests",
      dependencies: [
        "MailLog", "Platform", "Languages", "Counters", "Reports", "HTTPAPI", "TestSupport",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]
    ),
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
      name: "DaemonTests",
      dependencies: [
        "MailLog", "Platform", "Languages", "LogSources", "Counters", "Detection", "Ingest",
        "Reports", "Storage", "HTTPAPI", "Settings", "Alerts", "Daemon", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]
    ),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "MailLog", "LogSources", "Dialects", "Alerts", "TestSupport", "submitwatch",
        "submitwatchd",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Dashboard", "System", "Servers"]
    ),
  ]
)

let isFuzzing = Context.environment["FUZZ"] != nil  // see .ci/fuzz
if isFuzzing {
  let tested = ["CBytes", "MailLog", "Dialects", "Sessions"]
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
  if ["Dialects", "LogSources", "MailLog"].contains(target.name) {
    // ByteScanner and EventView store a Span, LineBlock returns one.
    target.swiftSettings?.append(.enableExperimentalFeature("Lifetimes"))
  }
  if isFuzzing {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address"]))
  }
}
