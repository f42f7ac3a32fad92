# shellcheck shell=bash
# The Python environment with the independent implementations the tests compare with.

# python_environment FOLDER : makes it, or leaves it when its requirements have not changed.
python_environment() {
    local wanted=${BASH_SOURCE[0]%/*}/requirements.txt
    cmp -s "$wanted" "$1/requirements.txt" && return
    rm -rf "$1"
    /usr/bin/python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir -r "$wanted"
    cp "$wanted" "$1/requirements.txt"
}
