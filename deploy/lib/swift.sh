# shellcheck shell=bash
# Finds Swift 6.2 or newer, or installs the official toolchain.

swift_recent() {
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    [[ -n $version && $(printf '%s\n' 6.2 "$version" | sort -V | head -n 1) == 6.2 ]]
}

swift_load_swiftly() {
    local environment=${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh
    [[ -r $environment ]] || return 0
    # shellcheck source=/dev/null
    source "$environment"
    hash -r
}

swift_need() {
    swift_recent && return
    swift_load_swiftly
    swift_recent && return
    say 'Swift 6.2 or newer is missing: installing the official toolchain from swift.org with swiftly, into your home folder.'
    packages_need ca-certificates curl gnupg2 binutils gcc git libc6-dev libcurl4-openssl-dev libedit-dev libpython3-dev \
        libsqlite3-dev libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata unzip zlib1g-dev
    swift_install
    swift_load_swiftly
    swift_recent || die 'swiftly ended without a Swift 6.2 toolchain; see https://www.swift.org/install/linux and start again.'
}

swift_install() {
    local folder
    folder=$(mktemp -d)
    at_exit rm -rf "$folder"
    (
        cd "$folder"
        curl -fsSLO "https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz"
        tar -xzf "swiftly-$(uname -m).tar.gz"
        ./swiftly init --assume-yes --quiet-shell-followup
    ) || die 'the toolchain could not be installed; see https://www.swift.org/install/linux and start again.'
}

# What the tests build with. A user's build is spared: a newer compiler may warn of more.
swift_strict=(-Xswiftc -warnings-as-errors --explicit-target-dependency-import-check error)

# swift_release PRODUCT : builds it unless it is up to date. STRICT_BUILD=1 keeps to the flags of an earlier strict build,
# since other flags would build everything again.
swift_release() {
    local flags=()
    if [[ -n ${STRICT_BUILD:-} ]]; then flags=("${swift_strict[@]}"); fi
    swift build -c release "${flags[@]}" --product "$1"
}

# swift_test LOG ARGUMENT... : runs tests that are built. What failed in a long run is said once more at its end, above
# the runner's own summary, which stays last.
swift_test() {
    local log=$1
    shift
    swift test --disable-xctest "${swift_strict[@]}" "$@" 2>&1 | tee "$log" && return
    printf '\n== what failed\n'
    # shellcheck disable=SC2016 # a program of awk
    awk '/^[^[:alnum:]]+ Test run with /{summary = $0; next} /^✘/{told = 1; print; next} told && /^↳/{print; next} {told = 0}
        END{if (summary) print summary}' "$log" | cut -c1-2000
    return 1
}
