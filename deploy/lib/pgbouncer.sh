# shellcheck shell=bash
# A connection pooler for the tests.

# pgbouncer_unpack FOLDER : puts pgbouncer and the libraries that only it needs into FOLDER. The package is unpacked there and
# not installed, since that would start a service.
pgbouncer_unpack() {
    local libraries
    [[ -x $1/pgbouncer ]] && return
    rm -rf "$1"
    mkdir -p "$1"
    # Their names differ from one release to the next.
    mapfile -t libraries < <(apt-cache depends pgbouncer | sed -nE 's/^ *Depends: (libc-ares2.*|libevent-2.*)$/\1/p')
    package_unpack "$1/unpacked" pgbouncer "${libraries[@]}"
    cp -L "$1"/unpacked/usr/lib/*/libcares.so.2 "$1"/unpacked/usr/lib/*/libevent-2.1.so.7 "$1"
    cp "$1/unpacked/usr/sbin/pgbouncer" "$1"
    rm -rf "$1/unpacked"
}
