# shellcheck shell=bash
# Shared by every script here: messages, background processes, and what is undone at the end.

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# state_folder PATH : makes a folder for this clone's own state, which git leaves alone.
state_folder() {
    mkdir -p "$1"
    echo '*' >"$1/.gitignore"
}

# The caller's own settings must not reach what is started here, nor what is started here the caller's database.
forget_settings() {
    local name
    for name in "${!HOLDFAST_@}" "${!PG@}"; do unset "$name"; done
}

# Commands to run when the script ends, the newest first, however it ends.
undo=()

# at_exit COMMAND ARGUMENT...
at_exit() { undo+=("$(printf '%q ' "$@")"); }

run_undo() {
    local status=$? i
    trap - EXIT
    trap '' INT TERM HUP
    for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
        eval "${undo[i]}" || true
    done
    exit "$status"
}

trap run_undo EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# start LOG COMMAND ARGUMENT... : runs a command in the background and leaves its process id in $started.
# It has a process group of its own, so Ctrl-C reaches only this script, which then stops things in order; if this script
# is killed, the kernel sends it SIGTERM.
start() {
    local log=$1
    shift
    setsid setpriv --pdeathsig TERM -- "$@" </dev/null >"$log" 2>&1 9>&- &
    # shellcheck disable=SC2034 # for the caller
    started=$!
}

running() { kill -0 "$1" 2>/dev/null; }

# stop PID SIGNAL : asks a process we started to end and waits for it; killed after 30 seconds.
stop() {
    local i
    kill -s "$2" "$1" 2>/dev/null || return 0
    for ((i = 0; i < 300; i++)); do
        running "$1" || break
        sleep 0.1
    done
    if running "$1"; then kill -s KILL "$1"; fi
    wait "$1" 2>/dev/null || true
}

# await SECONDS PID COMMAND ARGUMENT... : retries a command until it succeeds; fails when the time is up or PID has ended.
await() {
    local deadline=$((SECONDS + $1)) pid=$2
    shift 2
    until "$@"; do
        running "$pid" || return 1
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}
