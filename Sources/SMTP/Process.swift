internal import CLibcurl
internal import Glibc

/// libcurl's process-wide set-up: run once, by whoever comes first.
private let globalInit: UInt32 = hf_curl_global_init().rawValue

/// Makes the process ready for SMTP sessions: libcurl is initialised and SIGPIPE ignored.
///
/// Call it first in `main`, before other threads exist. libcurl leaves SIGPIPE alone when `CURLOPT_NOSIGNAL` is set,
/// which threads need, so a relay that hangs up while TLS is writing would otherwise end the process.
package func prepareProcess() {
    _ = globalInit
    signal(SIGPIPE, SIG_IGN)
}

/// Initialises libcurl if `prepareProcess()` has not, and returns libcurl's code, 0 when fine.
func ensureLibcurl() -> UInt32 { globalInit }
