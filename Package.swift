// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], excluding: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: excluding, swiftSettings: strict)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
// What the preview's own pages are written in, and the oracle that the letters' templates are compared with.
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")

let package = Package(
    name: "holdfast",
    products: [
        .executable(name: "holdfast", targets: ["holdfast"]),
        .library(name: "BookingLinks", targets: ["BookingLinks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        library("Executors"),
        library("Postgres", ["CLibpq", "Executors"]),
        library("SMTP", ["CLibcurl"]),
        library("Signing", ["CLibcrypto"]),
        library("BookingLinks", ["Signing"]),
        library("Mail", ["Signing"]),
        library("Rendering"),
        library("Notifications", ["BookingLinks", "Mail", "Rendering"]),
        library(
            "Outbox", ["BookingLinks", "Notifications", "Postgres"],
            resources: [.embedInCode("Migrations"), .embedInCode("SQL")]),
        library("Prometheus", [metrics]),
        library(
            "Preview",
            [
                "BookingLinks", "Executors", "Mail", "Notifications", "Rendering", "Signing", hummingbird, lifecycle,
                logging, mustache, nio,
            ],
            resources: [.embedInCode("Pages"), .embedInCode("Assets")]),
        library(
            "Worker", ["Executors", "Mail", "Notifications", "Outbox", "Postgres", "SMTP", lifecycle, logging, metrics]),
        .executableTarget(
            name: "holdfast",
            dependencies: [
                "BookingLinks", "Executors", "Mail", "Notifications", "Outbox", "Postgres", "Preview", "Prometheus",
                "Rendering", "SMTP", "Signing", "Worker", arguments, configuration, hummingbird, lifecycle, logging,
                metrics, nio, signals,
            ],
            swiftSettings: strict),
        .executableTarget(name: "bench", dependencies: ["Postgres"], swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: ["Executors", "Postgres"],
            path: "Tests/TestSupport",
            exclude: ["Python"],
            swiftSettings: strict),
        .target(name: "Fuzzing", dependencies: ["Executors"], path: "Tests/Fuzzing", swiftSettings: strict),
        tests("SigningTests", ["Signing"]),
        tests("BookingLinksTests", ["BookingLinks", "Fuzzing", "Signing"], excluding: ["Python", "Vectors"]),
        tests("MailTests", ["Fuzzing", "Mail", "Signing", "TestSupport"], excluding: ["Bounces"]),
        tests("RenderingTests", ["Fuzzing", "Rendering", mustache]),
        tests("PostgresTests", ["Executors", "Postgres", "TestSupport"]),
        tests("SMTPTests", ["Fuzzing", "SMTP", "TestSupport"], excluding: ["Corpus"]),
        tests("PrometheusTests", ["Prometheus", "TestSupport", metrics]),
        tests(
            "PreviewTests",
            [
                "BookingLinks", "Fuzzing", "Mail", "Notifications", "Preview", "Rendering", "Signing", "TestSupport",
                "holdfast", lifecycle, logging,
            ],
            excluding: ["Python"]),
        tests("NotificationsTests", ["BookingLinks", "Mail", "Notifications", "Rendering", "Signing", "TestSupport"]),
        tests(
            "OutboxTests",
            ["BookingLinks", "Fuzzing", "Notifications", "Outbox", "Postgres", "Rendering", "TestSupport"]),
        tests(
            "WorkerTests",
            [
                "Executors", "Mail", "Notifications", "Outbox", "Postgres", "Prometheus", "SMTP", "TestSupport",
                "Worker", logging, metrics,
            ]),
        tests("IntegrationTests", ["TestSupport", "holdfast"]),
        tests("CommandTests", ["TestSupport", "holdfast"]),
    ]
)
