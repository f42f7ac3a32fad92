import BookingLinks
import Foundation
import Notifications
import Preview
import TestSupport

/// The gallery of the repository's own templates, read once for all tests.
enum Real {
    static let templates = TestInstallation.repository.appendingPathComponent("Templates").path
    static let base = Result { try LinkBase("https://book.example.org") }
    private static let read = Result { try readAgain() }

    static func gallery() throws -> Gallery { try read.get() }

    static func readAgain() throws -> Gallery {
        Gallery.read(templates: templates, practice: try Practice.sample(), base: try base.get())
    }
}
