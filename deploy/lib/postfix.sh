# shellcheck shell=bash
# A private Postfix with STARTTLS and SASL login, out of unpacked packages: nothing is installed, nothing of the system's
# mail is touched, and every message it accepts is thrown away.

# postfix_tools FOLDER : unpacks into FOLDER, beside what smtp_tools put there, what Postfix's logins need.
postfix_tools() {
    packages_need libsasl2-modules libsasl2-modules-db
    [[ -x $1/sasl/usr/sbin/saslpasswd2 ]] || package_unpack "$1/sasl" sasl2-bin
}

# postfix_refusal : prints why no Postfix of our own can run here, or nothing.
postfix_refusal() {
    ((EUID == 0)) || { echo 'Postfix starts as root only' && return; }
    id mail >/dev/null 2>&1 && getent group games >/dev/null || echo 'Debian'"'"'s account mail or group games is missing'
}

# postfix_start TOOLS FOLDER : starts it and sets postfix_port, postfix_log and postfix_ca; stopped at the end of the
# script. The account is holdfast@relay.test with the password canary-Pa55; someone@relay.test is its only mailbox.
postfix_start() {
    local tools=$1/postfix folder=$2 try
    postfix_log=$folder/log
    # shellcheck disable=SC2034 # for the caller
    postfix_ca=$folder/ca.pem
    postfix_folders "$folder"
    postfix_certificate "$folder"
    postfix_account "$1/sasl" "$folder"
    for try in 1 2 3; do
        postfix_port=$(free_port)
        postfix_settings "$tools" "$folder"
        start "$folder/master.out" env LD_LIBRARY_PATH="$tools/usr/lib/postfix" MAIL_CONFIG="$folder/etc" \
            "$tools/usr/lib/postfix/sbin/master" -c "$folder/etc" -d
        if await 30 "$started" smtp_answers "$postfix_port"; then
            at_exit stop "$started" TERM
            return
        fi
        stop "$started" TERM
    done
    die "Postfix did not start after $try tries; the end of its log:"$'\n'"$(tail -n 5 "$folder/master.out" "$postfix_log")"
}

postfix_folders() {
    local private=(active bounce corrupt defer deferred flush hold incoming private saved trace)
    mkdir -p "$1"/{etc,data,queue/pid,queue/maildrop,queue/public} "${private[@]/#/$1/queue/}"
    chmod 755 "$1" "$1/queue"
    chown mail "$1/data" "${private[@]/#/$1/queue/}"
    chmod 700 "${private[@]/#/$1/queue/}"
    chown mail:games "$1/queue/maildrop" "$1/queue/public"
    chmod 1730 "$1/queue/maildrop"
    chmod 710 "$1/queue/public"
}

postfix_certificate() (
    cd "$1" || exit
    new=(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2)
    "${new[@]}" -keyout ca.key -out ca.pem -subj '/CN=Holdfast test authority' 2>/dev/null
    "${new[@]}" -CA ca.pem -CAkey ca.key -keyout key.pem -out certificate.pem -subj '/CN=relay.test' \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE 2>/dev/null
)

# Debian's Postfix looks for the login settings beside its own.
postfix_account() {
    mkdir -p "$2/etc/sasl"
    printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: %s\nmech_list: PLAIN LOGIN\n' \
        "$2/sasldb2" >"$2/etc/sasl/smtpd.conf"
    printf 'canary-Pa55' | "$1/usr/sbin/saslpasswd2" -p -c -f "$2/sasldb2" -u relay.test holdfast
    chown mail "$2/sasldb2"
}

postfix_settings() {
    cat >"$2/etc/main.cf" <<SETTINGS
compatibility_level = 3.6
queue_directory = $2/queue
data_directory = $2/data
command_directory = $1/usr/sbin
daemon_directory = $1/usr/lib/postfix/sbin
shlib_directory = $1/usr/lib/postfix
meta_directory = $2/etc
mail_owner = mail
setgid_group = games
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.test
mydestination = relay.test
mynetworks =
alias_maps =
local_recipient_maps = inline:{ someone=yes }
local_transport = discard
default_transport = discard
message_size_limit = 100000
maillog_file = $postfix_log
maillog_file_prefixes = $2
smtpd_tls_cert_file = $2/certificate.pem
smtpd_tls_key_file = $2/key.pem
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = relay.test
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_forbid_bare_newline = yes
import_environment = LD_LIBRARY_PATH MAIL_CONFIG TZ POSTLOG_SERVICE POSTLOG_HOSTNAME
export_environment = LD_LIBRARY_PATH MAIL_CONFIG TZ
SETTINGS
    cat >"$2/etc/master.cf" <<SERVICES
127.0.0.1:$postfix_port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
SERVICES
}
