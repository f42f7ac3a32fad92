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

let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "holdfast",
    products: [
        .library(name: "BookingLinks", targets: ["BookingLinks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
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
        .target(
            name: "TestSupport", dependencies: ["Executors", "Postgres"], path: "Tests/TestSupport", exclude: ["Python"],
            swiftSettings: strict),
        tests("SigningTests", ["Signing"]),
        tests("BookingLinksTests", ["BookingLinks", "Signing"], excluding: ["Python", "Vectors"]),
        tests("MailTests", ["Mail", "Signing"]),
        tests("RenderingTests", ["Rendering", mustache]),
        tests("PostgresTests", ["Executors", "Postgres", "TestSupport"]),
        tests("SMTPTests", ["SMTP", "TestSupport"]),
    ]
)
