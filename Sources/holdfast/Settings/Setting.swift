/// One setting: an environment variable, or a line of the same name in the configuration file.
struct Setting: Sendable, Hashable {
    /// The variable's name.
    let name: String
    /// What its value is, in a word or two.
    let form: String
    /// What holds when it is not set; nil when it must be set.
    let fallback: String?
    /// Its value must not be printed, and may be read from the file that `<name>_FILE` names.
    let isSecret: Bool
    /// What it is for.
    let purpose: String

    private init(_ name: String, _ form: String, _ fallback: String?, secret: Bool = false, _ purpose: String) {
        self.name = name
        self.form = form
        self.fallback = fallback
        isSecret = secret
        self.purpose = purpose
    }

    static let databaseURL = Setting(
        "HOLDFAST_DATABASE_URL", "libpq URL", nil, secret: true, "the database with the booking and holdfast schemas")
    static let listenDatabaseURL = Setting(
        "HOLDFAST_LISTEN_DATABASE_URL", "libpq URL", "the database URL", secret: true,
        "a direct connection for LISTEN, where the database URL goes through a pooler")
    static let environment = Setting(
        "HOLDFAST_ENVIRONMENT", "[a-z0-9-]{1,16}", "dev",
        "which installation this is; only `prod` may write to everybody")
    static let onlyTo = Setting(
        "HOLDFAST_ONLY_TO", "addresses, domains", "everybody, in prod only",
        "who may be written to; required outside prod")
    static let smtpURL = Setting(
        "HOLDFAST_SMTP_URL", "smtp(s) URL", nil, "the relay: smtps://user@host:465 or smtp://host:587")
    static let smtpPasswordFile = Setting(
        "HOLDFAST_SMTP_PASSWORD_FILE", "path", "no login", "the file with the relay's password")
    static let smtpTokenFile = Setting(
        "HOLDFAST_SMTP_TOKEN_FILE", "path", "no token",
        "the file with the relay's OAuth token, which another program keeps fresh")
    static let smtpTokenURL = Setting(
        "HOLDFAST_SMTP_TOKEN_URL", "https URL", "no token",
        "where to fetch OAuth tokens for the relay by client credentials")
    static let smtpTokenClientID = Setting(
        "HOLDFAST_SMTP_TOKEN_CLIENT_ID", "text", "none", "the OAuth client that fetches tokens")
    static let smtpTokenClientSecretFile = Setting(
        "HOLDFAST_SMTP_TOKEN_CLIENT_SECRET_FILE", "path", "none", "the file with that client's secret")
    static let smtpTokenScope = Setting(
        "HOLDFAST_SMTP_TOKEN_SCOPE", "text", "the endpoint's", "the scope to ask for")
    static let smtpTokenCAFile = Setting(
        "HOLDFAST_SMTP_TOKEN_CA_FILE", "path", "the system's", "the authorities to trust for the token endpoint")
    static let smtpClientCertFile = Setting(
        "HOLDFAST_SMTP_CLIENT_CERT_FILE", "path", "none",
        "the certificate to show to the relay; with a user and no password also the login")
    static let smtpClientKeyFile = Setting(
        "HOLDFAST_SMTP_CLIENT_KEY_FILE", "path", "none", "the key of that certificate, mode 0600")
    static let smtpCAFile = Setting(
        "HOLDFAST_SMTP_CA_FILE", "path", "the system's", "the authorities to trust for the relay's certificate")
    static let smtpRate = Setting(
        "HOLDFAST_SMTP_RATE", "number", "no limit", "letters a second at most to the relay, from all workers together")
    static let ehloName = Setting(
        "HOLDFAST_EHLO_NAME", "host name", "this host's name", "how the worker introduces itself to the relay")
    static let from = Setting(
        "HOLDFAST_FROM", "Name <address>", nil, "the author of every letter; calendars send answers there")
    static let replyTo = Setting(
        "HOLDFAST_REPLY_TO", "Name <address>", "the author", "where answers go: a mailbox somebody reads")
    static let bounceAddress = Setting(
        "HOLDFAST_BOUNCE_ADDRESS", "address", "the author's", "where relays report what they could not deliver")
    static let brandName = Setting(
        "HOLDFAST_BRAND_NAME", "text", "the author's name", "the practice's name in the letters")
    static let brandAccent = Setting("HOLDFAST_BRAND_ACCENT", "#rrggbb", "#1f5f5b", "the one colour of the letters")
    static let portalURL = Setting("HOLDFAST_PORTAL_URL", "https URL", nil, "the client portal's home")
    static let directoryURL = Setting(
        "HOLDFAST_DIRECTORY_URL", "https URL", "the portal's home",
        "where providers' booking pages are, each under its slug")
    static let supportURL = Setting("HOLDFAST_SUPPORT_URL", "https URL", nil, "where a reader asks for help")
    static let crisisLine = Setting(
        "HOLDFAST_CRISIS_LINE", "text", "none", "who to turn to in a crisis, in at most 200 characters")
    static let welcomeURL = Setting(
        "HOLDFAST_WELCOME_URL", "https URL", "none", "short introductions for new clients, in their first letter")
    static let linkBaseURL = Setting("HOLDFAST_LINK_BASE_URL", "https URL", nil, "the site that booking links lead to")
    static let linkKeyFile = Setting(
        "HOLDFAST_LINK_KEY_FILE", "path", nil, "the private key that signs links, mode 0600")
    static let templates = Setting("HOLDFAST_TEMPLATES", "path", "./Templates", "the folder of templates")
    static let historyDays = Setting(
        "HOLDFAST_HISTORY_DAYS", "30 to 3650", "400", "how many days what became of letters is kept")
    static let sessions = Setting("HOLDFAST_SESSIONS", "1 to 64", "8", "connections to the relay at once")
    static let journal = Setting(
        "HOLDFAST_JOURNAL", "path", "journal in $STATE_DIRECTORY, else none",
        "this worker's own folder for what it sends, kept over restarts")
    static let httpListen = Setting(
        "HOLDFAST_HTTP_LISTEN", "port, host:port", "none",
        "where /livez, /readyz and /metrics are served; a port alone is on 127.0.0.1")
    static let logLevel = Setting(
        "HOLDFAST_LOG_LEVEL", "trace … critical", "info", "the least important record that is written")
    static let logFormat = Setting("HOLDFAST_LOG_FORMAT", "text, json", "text", "for people or for collectors")
    static let configFile = Setting(
        "HOLDFAST_CONFIG_FILE", "path", "none", "a file of NAME=value lines; the environment wins over it")

    /// Every setting, in the order the README lists them.
    static let all: [Setting] =
        [databaseURL, listenDatabaseURL, environment, onlyTo] + ofRelay + [
            ehloName, from, replyTo, bounceAddress, brandName, brandAccent, portalURL, directoryURL, supportURL,
            crisisLine, welcomeURL, linkBaseURL, linkKeyFile, templates, historyDays, sessions, journal, httpListen,
            logLevel, logFormat, configFile,
        ]

    /// The settings of a relay, in the same order; the second to ninth have the same, with their number.
    static let ofRelay: [Setting] = [
        smtpURL, smtpPasswordFile, smtpTokenFile, smtpTokenURL, smtpTokenClientID, smtpTokenClientSecretFile,
        smtpTokenScope, smtpTokenCAFile, smtpClientCertFile, smtpClientKeyFile, smtpCAFile, smtpRate,
    ]

    /// The numbers that relays may have.
    static let relayNumbers = 1...9

    /// How the names of the n-th relay's settings begin: `HOLDFAST_SMTP`, `HOLDFAST_SMTP_2`.
    static func relayPrefix(_ number: Int) -> String {
        number == 1 ? "HOLDFAST_SMTP" : "HOLDFAST_SMTP_\(number)"
    }

    /// The same setting of the n-th relay.
    func ofRelay(_ number: Int) -> Setting {
        let name = Self.relayPrefix(number) + name.dropFirst(Self.relayPrefix(1).count)
        return Setting(name, form, fallback, secret: isSecret, purpose)
    }

    /// Two lines of the help.
    var help: String {
        "  \(name)  \(fallback.map { "default: \($0)" } ?? "required")\n      \(form): \(purpose)"
    }

    /// The variable that names a file with the value, for secrets.
    var fileName: String { "\(name)_FILE" }
}
