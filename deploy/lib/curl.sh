# shellcheck shell=bash
# A current libcurl beside the distribution's: PyPI's pycurl wheel bundles one, with the OpenSSL it was built for.

readonly curl_wheel=pycurl==7.49.0

# curl_current FOLDER PYTHON : puts it into FOLDER, or leaves it there; sets curl_libraries and curl_version.
curl_current() {
    local library files
    if [[ ! -e $1/$curl_wheel ]]; then
        rm -rf "$1"
        "$2" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary :all: --no-deps \
            --target "$1" "$curl_wheel"
        mkdir "$1/lib"
        # Under the names that programs ask for: one OpenSSL in the process, not two.
        for library in libcurl.so.4 libssl.so.3 libcrypto.so.3; do
            files=("$1/pycurl.libs/${library%%.*}"-*.so.*)
            [[ -e ${files[0]} ]] || die "the wheel $curl_wheel holds no ${library%%.*}; choose another in deploy/lib/curl.sh."
            ln -s "${files[0]}" "$1/lib/$library"
        done
        touch "$1/$curl_wheel"
    fi
    curl_libraries=$1/lib:$1/pycurl.libs
    curl_version=$(PYTHONPATH=$1 "$2" -c 'import pycurl; print(pycurl.version)')
}

# curl_tests BUNDLE FILTER : runs tests of a built bundle against it.
curl_tests() {
    local output loaded
    # Read whole: a reader that stops at the first match ends the writer by SIGPIPE, and so the pipeline.
    loaded=$(LD_LIBRARY_PATH=$curl_libraries ldd "$1" 2>&1)
    [[ $loaded == *"libcurl.so.4 => ${curl_libraries%%:*}/"* ]] || die "$1 does not load the current libcurl."
    say "$curl_version"
    output=$(mktemp)
    at_exit rm -f "$output"
    # Its OpenSSL looks for its settings where the wheel was built.
    LD_LIBRARY_PATH=$curl_libraries OPENSSL_CONF=/etc/ssl/openssl.cnf \
        "$1" --testing-library swift-testing --filter "$2" 2> >(grep -v 'no version information available' >&2) |
        tee "$output"
    if grep -q 'Test run with 0 tests' "$output"; then die "the filter $2 matches no test."; fi
}
