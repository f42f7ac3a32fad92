# shellcheck shell=bash
# An SMTP server that keeps what it receives, Postfix's two load tools, and Dovecot's authentication service.

free_port() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# True when a server on this loopback port greets with 220.
smtp_answers() {
    local greeting=
    { exec 8<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    read -r -t 5 greeting <&8 || true
    printf 'QUIT\r\n' >&8
    exec 8>&-
    [[ $greeting == 220* ]]
}

# inbox_start MAILDIR LOG : starts the server on a free loopback port and sets inbox_port; stopped at the end of the script.
inbox_start() {
    local try
    # Another process may take the port between its choice and its use.
    for try in 1 2 3; do
        inbox_port=$(free_port)
        start "$2" /usr/bin/python3 -m aiosmtpd -n -l "127.0.0.1:$inbox_port" -c aiosmtpd.handlers.Mailbox "$1"
        if await 20 "$started" smtp_answers "$inbox_port" && running "$started"; then
            at_exit stop "$started" TERM
            return
        fi
        stop "$started" TERM
    done
    die "the inbox (python3-aiosmtpd) did not start after $try tries; the end of its log:"$'\n'"$(tail -n 5 "$2")"
}

# smtp_tools FOLDER : puts smtp-sink and smtp-source into FOLDER. They come with Postfix, which is unpacked there
# and not installed, since it would take the place of a mail server that is.
smtp_tools() {
    [[ -x $1/smtp-sink && -x $1/smtp-source ]] && return
    rm -rf "$1"
    package_unpack "$1/postfix" postfix
    smtp_wrapper "$1" smtp-sink
    smtp_wrapper "$1" smtp-source
}

# smtp_dovecot FOLDER : puts Dovecot's authentication service, the tests' SASL server, into FOLDER, and installs nothing.
smtp_dovecot() {
    [[ -x $1/root/usr/lib/dovecot/auth ]] && return
    rm -rf "$1"
    mkdir -p "$1"
    package_unpack "$1/root" dovecot-core
}

# The tools look for their libraries where the package would have put them, and smtp-sink wants an account when root runs it.
smtp_wrapper() {
    cat >"$1/$2" <<'EOF'
#!/bin/bash
folder=${0%/*}/postfix
export LD_LIBRARY_PATH=$folder/usr/lib/postfix
if [[ ${0##*/} == smtp-sink && $EUID == 0 ]]; then set -- -u nobody "$@"; fi
exec "$folder/usr/sbin/${0##*/}" "$@"
EOF
    chmod +x "$1/$2"
}
