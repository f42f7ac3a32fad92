import FoundationEssentials
import Glibc

/// The browser of whoever sits in front of this machine.
enum Browser {
    /// Opens a page, where a person is at the terminal and there is a display to show it on; else does nothing.
    ///
    /// Returns at once; a program that is missing is no error, since the address was printed.
    static func open(_ address: String) {
        let environment = ProcessInfo.processInfo.environment
        guard isatty(STDOUT_FILENO) == 1, environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else {
            return
        }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        // Its complaints belong to no line of ours.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0)
        }
        let words: [String] = ["xdg-open", address]
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        posix_spawnp(&child, "xdg-open", &files, nil, arguments + [nil], environ)
    }
}
