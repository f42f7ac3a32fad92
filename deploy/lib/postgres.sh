# shellcheck shell=bash
# A private PostgreSQL: its own folder, a socket nobody else has, no network port.

# PostgreSQL refuses to run as root; this is who runs it then.
postgres_account() { if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi; }

# Sets as_postgres, the words that, put before a command, run it as that account from a folder it can surely enter.
postgres_identity() {
    as_postgres=(env -C / setpriv)
    if ((EUID == 0)); then
        as_postgres+=(--reuid "$(postgres_account)" --regid "$(id -g "$(postgres_account)")" --init-groups)
    fi
}

# The newest server installed.
postgres_programs() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [[ -x $newest ]] || die 'no PostgreSQL server under /usr/lib/postgresql; install the package postgresql.'
    echo "${newest%/initdb}"
}

# Makes a folder the account owns and prints its path; fails when the account cannot reach it.
postgres_folder() {
    mkdir -p "$1"
    if ((EUID == 0)); then chown "$(postgres_account)" "$1"; fi
    "${as_postgres[@]}" test -w "$1" -a -x "$1" 2>/dev/null && echo "$1"
}

# postgres_start FOLDER on|off : starts the cluster in FOLDER, made if it is not there, with fsync on or off.
# Sets postgres_pid and postgres_socket; stopped at the end of the script.
postgres_start() {
    local folder
    postgres_bin=$(postgres_programs)
    postgres_identity
    if ! folder=$(postgres_folder "$1"); then
        folder=$(postgres_folder "$(mktemp -d /tmp/holdfast-data.XXXXXX)")
        say "$1 is out of reach for the account $(postgres_account): PostgreSQL's data is in $folder until the end."
        at_exit rm -rf "$folder"
    fi
    # A socket's path may have 107 bytes, less than many a clone's.
    postgres_socket=$(postgres_folder "$(mktemp -d /tmp/holdfast.XXXXXX)")
    at_exit rm -rf "$postgres_socket"
    postgres_init "$folder"
    postgres_run "$folder" "$2"
}

postgres_init() {
    local data=$1/data partial=$1/data.partial major
    major=$("$postgres_bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [[ -e $data/PG_VERSION ]]; then
        [[ $(<"$data/PG_VERSION") == "$major" ]] ||
            die "$data was made by PostgreSQL $(<"$data/PG_VERSION") and this is $major; remove $1 and start again."
        return
    fi
    rm -rf "$partial"
    "${as_postgres[@]}" "$postgres_bin/initdb" --pgdata "$partial" --username postgres --auth trust --encoding UTF8 \
        --locale C.UTF-8 --no-sync >"$1.initdb.log" 2>&1 || die "initdb failed; see $1.initdb.log"
    rm -f "$1.initdb.log"
    mv "$partial" "$data"
}

postgres_run() {
    local log=$1/postgres.log
    # Of the two death signals the second stays: a fast shutdown.
    start "$log" "${as_postgres[@]}" --pdeathsig INT -- "$postgres_bin/postgres" -D "$1/data" \
        -c listen_addresses= -c "unix_socket_directories=$postgres_socket" -c max_connections=200 \
        -c "fsync=$2" -c "full_page_writes=$2" -c "synchronous_commit=$2" -c logging_collector=off
    postgres_pid=$started
    at_exit stop "$postgres_pid" INT
    await 60 "$postgres_pid" "$postgres_bin/pg_isready" -q -h "$postgres_socket" ||
        die "PostgreSQL does not answer; the end of its log:"$'\n'"$(tail -n 5 "$log")"
}

# postgres_url DATABASE : how libpq reaches a database of this cluster, as its superuser.
postgres_url() { echo "postgresql://postgres@/$1?host=$postgres_socket"; }

# postgres_sql DATABASE ARGUMENT... : psql without the caller's settings, stopping at the first error.
postgres_sql() {
    local database=$1
    shift
    "$postgres_bin/psql" -X -q -v ON_ERROR_STOP=1 -d "$(postgres_url "$database")" "$@"
}

# postgres_database NAME : makes the database unless it is there.
postgres_database() {
    [[ $(postgres_sql postgres -At -c "SELECT count(*) FROM pg_database WHERE datname = '$1'") == 1 ]] ||
        postgres_sql postgres -c "CREATE DATABASE $1"
}
