import Glibc

/// Why a worker does not start with this journal, or cannot write it now.
package enum JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another worker has it.
    case inUse(folder: String)
    /// It holds letters of another database.
    case otherDatabase(folder: String)
    /// The file is not a journal, or one of another version of this program.
    case unknownFormat(file: String)
    /// The system refuses the file, with its `errno`.
    case refused(file: String, errno: Int32)

    /// Nothing is wrong with the settings: it may work later.
    package var isTemporary: Bool {
        if case .inUse = self { true } else { false }
    }

    /// What is wrong, and the way out.
    package var description: String {
        switch self {
        case .inUse(let folder):
            "HOLDFAST_JOURNAL: another worker uses \(folder): give each worker a folder of its own"
        case .otherDatabase(let folder):
            "HOLDFAST_JOURNAL: \(folder) holds letters of another database that were not settled: name another "
                + "folder, or start a worker of that database with it first"
        case .unknownFormat(let file):
            "HOLDFAST_JOURNAL: \(file) is not a journal of this version: name another folder, or move the file away"
        case .refused(let file, let errno):
            "HOLDFAST_JOURNAL: \(file) cannot be used (\(String(cString: strerror(errno)))): check the folder, its "
                + "owner and the space that is left"
        }
    }
}
