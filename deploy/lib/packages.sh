# shellcheck shell=bash
# Installs the Debian packages that are missing, and nothing that would remove or start anything else.

# The server package makes and starts a cluster of its own unless this file says otherwise.
readonly createcluster=/etc/postgresql-common/createcluster.d/holdfast.conf

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root and there is no sudo here; as root, run: $*"
    fi
}

# A library or server that came from elsewhere counts as installed.
package_installed() {
    case $1 in
    postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return ;;
    libpq-dev) pkg-config --exists libpq 2>/dev/null && return ;;
    libcurl4-openssl-dev) pkg-config --exists libcurl 2>/dev/null && return ;;
    libssl-dev) pkg-config --exists libcrypto 2>/dev/null && return ;;
    default-jre-headless) command -v java >/dev/null && return ;;
    esac
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# packages_need PACKAGE...
packages_need() {
    local missing=() package
    for package; do
        package_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        die "missing: ${missing[*]} (Debian's names). There is no apt-get here; install them by hand and start again."
    say "Installing with apt-get$( ((EUID == 0)) || echo ', through sudo'): ${missing[*]}"
    packages_check "${missing[@]}"
    packages_install "${missing[@]}"
}

packages_simulate() { LC_ALL=C apt-get -s -qq --no-install-recommends install "$@"; }

# Refreshes the package lists when they do not know a package; refuses a plan that removes one.
packages_check() {
    local plan removed
    if ! plan=$(packages_simulate "$@" 2>/dev/null); then
        as_root apt-get -qq update
        plan=$(packages_simulate "$@") || die "apt-get cannot install: $*"
    fi
    removed=$(sed -n 's/^Remv \([^ ]*\).*/\1/p' <<<"$plan")
    [[ -z $removed ]] || die "installing $* would remove ${removed//$'\n'/ }; nothing was changed. Install what you want by hand."
}

packages_install() {
    local failed=0 apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 --no-install-recommends install)
    if [[ " $* " == *" postgresql "* ]]; then
        as_root mkdir -p "${createcluster%/*}"
        as_root tee "$createcluster" >/dev/null <<<'create_main_cluster = false'
    fi
    # A list gone stale asks for versions the mirror no longer has.
    as_root "${apt[@]}" "$@" || { as_root apt-get -qq update && as_root "${apt[@]}" "$@"; } || failed=1
    as_root rm -f "$createcluster"
    ((failed == 0)) || die "apt-get could not install: $*"
}

# package_unpack FOLDER PACKAGE... : unpacks packages' files into FOLDER and installs nothing.
package_unpack() {
    local folder=$1 package
    shift
    rm -rf "$folder.partial"
    mkdir -p "$folder.partial"
    say "Unpacking Debian's $* into $folder; nothing is installed."
    packages_download "$folder.partial" "$@" 2>/dev/null ||
        { as_root apt-get -qq update && packages_download "$folder.partial" "$@"; } || die "apt-get could not download: $*"
    for package in "$folder.partial"/*.deb; do dpkg -x "$package" "$folder.partial"; done
    rm -f "$folder.partial"/*.deb
    mv "$folder.partial" "$folder"
}

packages_download() (
    cd "$1" || exit
    shift
    # apt drops to an account that may not write here.
    sandbox=()
    if ((EUID == 0)); then sandbox=(-o APT::Sandbox::User=root); fi
    apt-get -qq "${sandbox[@]}" download "$@"
)
