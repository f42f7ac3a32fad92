import BookingLinks
import Mail
import Notifications
import Outbox
import Postgres
import Preview
import Rendering
import SMTP
import Signing
import Worker

/// What the shell learns: sysexits(3) where it fits.
enum FailureCode: Int32 {
    /// The answer is no, for commands that ask.
    case no = 1
    /// The command line does not say enough (EX_USAGE); what the parser refuses ends with the same.
    case usage = 64
    /// Input that cannot be used (EX_DATAERR).
    case unusableInput = 65
    /// The database or the relay is not there (EX_UNAVAILABLE).
    case unavailable = 69
    /// A mistake of ours (EX_SOFTWARE).
    case internalError = 70
    /// The result cannot be written (EX_IOERR).
    case outputLost = 74
    /// It may work later (EX_TEMPFAIL).
    case temporary = 75
    /// The settings, the schema or the key must be mended first (EX_CONFIG).
    case configuration = 78
}

/// The end of a command as the person at the terminal reads it: what is wrong, and the way out.
struct CommandFailure: Error {
    let code: FailureCode
    let message: String

    init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// That the result did not come out, where it did not.
    static var outputLoss: CommandFailure? {
        Terminal.outputLoss.map { CommandFailure(.outputLost, "standard output cannot be written to: \($0)") }
    }

    /// What an error means for the person who ran the command; nil for one that the command line parser explains
    /// itself.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as SettingsError: self.init(.configuration, error.description)
        case let error as PostgresError: self.init(error)
        case let error as SMTPFailure:
            self.init(error.isMisconfiguration ? .configuration : .unavailable, error.description)
        case let error as RelayUnavailable:
            self.init(error.isMisconfiguration ? .configuration : .unavailable, error.description)
        case let error as SchemaError:
            self.init(error.isTransient ? .temporary : .configuration, error.description)
        case let error as InstallationError: self.init(.configuration, error.description)
        case let error as JournalError:
            self.init(error.isTemporary ? .temporary : .configuration, error.description)
        case let error as SigningError: self.init(.configuration, error.description)
        case let error as LinkError: self.init(.unusableInput, error.description)
        case let error as TemplateSetError: self.init(.configuration, "the templates cannot be used:\n\(error)")
        case let error as ExportError: self.init(.configuration, error.description)
        case let error as BounceError: self.init(.unusableInput, error.description)
        case let error as LetterError: self.init(.configuration, error.description)
        case let error as OperatorError: self.init(error)
        case let error as MalformedFact: self.init(.internalError, error.description)
        case is CancellationError: self.init(.temporary, "interrupted")
        default: return nil
        }
    }

    private init(_ error: OperatorError) {
        switch error {
        case .unknown: self.init(.no, error.description)
        case .unnamed, .blankRequest, .longRequest: self.init(.usage, error.description)
        case .unusableList: self.init(.unusableInput, error.description)
        }
    }

    private init(_ error: PostgresError) {
        switch error.code {
        case .invalidSettings:
            self.init(.configuration, "HOLDFAST_DATABASE_URL: \(error.message)")
        // The server is there: waiting for it helps nobody (PostgreSQL's appendix A, classes 28 and 3D).
        case .connectionFailed where ["28", "3D"].contains(error.sqlState?.errorClass):
            self.init(
                .configuration, "\(error.message): correct the role, password or database in HOLDFAST_DATABASE_URL")
        case .connectionFailed, .connectionLost, .timedOut:
            self.init(
                .unavailable,
                "\(error.message): check that PostgreSQL runs, HOLDFAST_DATABASE_URL and "
                    + "HOLDFAST_LISTEN_DATABASE_URL"
            )
        case .server(.insufficientPrivilege):
            self.init(.configuration, "\(error.description): name a role that may do this in HOLDFAST_DATABASE_URL")
        default:
            self.init(error.isTransient ? .temporary : .internalError, error.description)
        }
    }
}
