import ArgumentParser

/// How the rows of an export are written: as a table (RFC 4180), or as one JSON object a line.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, ndjson
}
