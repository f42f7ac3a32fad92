import ArgumentParser
import Logging
import NIOCore
import Preview
import ServiceLifecycle
import UnixSignals

/// How `holdfast preview` serves.
struct ServingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A port, or a host and a port.", valueName: "host:port"))
    var listen = "127.0.0.1:8025"

    @Option(
        help: ArgumentHelp("Show the letters in this Maildir too, as they arrive.", valueName: "dir"),
        completion: .directory)
    var maildir: String?

    @Flag(name: .customLong("no-open"), help: "Do not open a browser.")
    var staysClosed = false

    @Flag(help: "Show the Maildir, and send tests, also to whoever reaches --listen from elsewhere.")
    var allowRemote = false

    /// Serves until Ctrl-C.
    func serve(_ room: PreviewRoom) async throws {
        let address = try address()
        let isPrivate = address.isLoopback || allowRemote
        try warn(about: address, maildir: room.maildir)
        let sends = room.options.missingForTests.isEmpty && isPrivate
        let watch: SiteWatch
        do {
            watch = try SiteWatch(room.source(sends: sends), tell: { Self.tell($0) })
        } catch {
            throw CommandFailure(.configuration, "--maildir: \(error)")
        }
        let post = TestPost(room.options, templates: room.templates)
        let send: TestSender = { await post.send($0, to: $1) }
        let server = PreviewServer(
            host: address.host, port: address.port, site: watch.site, send: sends ? send : nil,
            isListening: { port in announce(ListenAddress(host: address.host, port: port)) })
        try await run(watch, server, address)
    }

    /// Where to listen; throws a `ValidationError` when that is no address.
    func address() throws -> ListenAddress {
        do {
            return try ListenAddress(listen)
        } catch {
            throw ValidationError("--listen \(error)")
        }
    }

    private func warn(about address: ListenAddress, maildir: String?) throws {
        guard !address.isLoopback else { return }
        guard maildir == nil || allowRemote else {
            throw CommandFailure(
                .configuration,
                "--listen: \(address) can be reached from elsewhere, and the letters in --maildir may be real: listen "
                    + "on 127.0.0.1, or say --allow-remote")
        }
        Terminal.error(
            "warning: whoever reaches \(address) sees these pages, without a login; the letters of the gallery are "
                + "invented" + (maildir == nil ? "" : ", those in --maildir may not be"))
    }

    private func announce(_ address: ListenAddress) {
        Terminal.print(address.url)
        Terminal.error("Pages follow when a template is saved; Ctrl-C ends.")
        if !staysClosed { Browser.open(address.url) }
    }

    private func run(_ watch: SiteWatch, _ server: PreviewServer, _ address: ListenAddress) async throws {
        let silent = Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: watch), .init(service: server)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: silent)
        // A test may be on its way to a relay; nobody waits for that.
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError {
            throw CommandFailure(
                .configuration,
                "--listen: \(address) cannot be listened on (\(error)): name another port, such as --listen 8026, or 0 "
                    + "for any that is free")
        }
    }

    private static func tell(_ news: SiteWatch.News) {
        switch news {
        case .templates(let files, let took):
            Terminal.error("\(files.joined(separator: ", ")): shown again after \(Int(took / .milliseconds(1))) ms")
        case .judged(let errors, let warnings):
            let counts = [counted(errors, "error"), counted(warnings, "warning")]
            Terminal.error("findings: \(counts.joined(separator: ", "))")
        case .inbox(let count): Terminal.error("inbox: \(counted(count, "letter"))")
        case .maildirUnreadable(let reason): Terminal.error("--maildir: \(reason)")
        }
    }
}
