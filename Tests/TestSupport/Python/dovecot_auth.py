"""Dovecot's authentication service, which Postfix and Exim ask too, in a folder of its own.

Usage: dovecot_auth.py SETTINGS, a JSON object: dovecot (the folder Debian's package was unpacked into), user, password
and introspection (the URL that knows which bearer tokens are good). Prints {"event": "listening", "socket": PATH}
once it answers on that Unix socket. Ends when its standard input does, so that it never outlives the test that
started it.
"""

import grp
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SETTINGS = json.loads(sys.argv[1])
PROGRAMS = pathlib.Path(SETTINGS["dovecot"], "root/usr")
LIBRARIES = f"{PROGRAMS}/lib/dovecot:{PROGRAMS}/lib/dovecot/modules/old-stats"
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="dovecot-"))
SOCKET = FOLDER / "run/client"
IS_ROOT = os.geteuid() == 0
# Dovecot's services refuse to be root; 65534 is everybody's nobody.
USER, GROUP = (65534, 65534) if IS_ROOT else (os.geteuid(), os.getegid())


def configuration():
    account, group = pwd.getpwuid(USER).pw_name, grp.getgrgid(GROUP).gr_name
    services = "".join(
        f"service {name} {{\n  chroot =\n  user = {account}\n}}\n"
        for name in ("anvil", "auth-worker", "config", "log", "stats")
    )
    return f"""
base_dir = {FOLDER}/run
state_dir = {FOLDER}/run
libexec_dir = {PROGRAMS}/lib/dovecot
log_path = {FOLDER}/log
protocols =
ssl = no
disable_plaintext_auth = no
default_login_user = {account}
default_internal_user = {account}
default_internal_group = {group}
import_environment = LD_LIBRARY_PATH={LIBRARIES}
auth_mechanisms = plain login external oauthbearer xoauth2
auth_failure_delay = 0
auth_verbose = yes
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {FOLDER}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {FOLDER}/users
}}
userdb {{
  driver = static
  args = uid={USER} gid={GROUP} home={FOLDER}
}}
service auth {{
  chroot =
  user = {account}
  unix_listener client {{
    mode = 0666
  }}
}}
{services}
"""


def write_files():
    (FOLDER / "run").mkdir()
    (FOLDER / "users").write_text(f"{SETTINGS['user']}:{SETTINGS['password']}\n")
    (FOLDER / "oauth2.conf").write_text(
        f"introspection_url = {SETTINGS['introspection']}\nintrospection_mode = post\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
    (FOLDER / "dovecot.conf").write_text(configuration())
    if IS_ROOT:
        for path in (FOLDER, *FOLDER.iterdir()):
            os.chown(path, USER, GROUP)


def start():
    # Left to itself, dovecot runs doveconf from where its package would have put it.
    command = [f"{PROGRAMS}/bin/doveconf", "-c", f"{FOLDER}/dovecot.conf", "-f", "service=master", "-m", "master", "-e"]
    command += [f"{PROGRAMS}/sbin/dovecot", "-F", "-c", f"{FOLDER}/dovecot.conf"]
    account = [f"--reuid={USER}", f"--regid={GROUP}", "--clear-groups"] if IS_ROOT else []
    command = ["setpriv", *account, "--pdeathsig", "TERM", "--", *command]
    environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": LIBRARIES}
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=2, start_new_session=True)


def answers():
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            probe.connect(str(SOCKET))
            return probe.recv(7) == b"VERSION"
    except OSError:
        return False


def end(process, complaint=None):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    if complaint:
        print(complaint, file=sys.stderr)
    shutil.rmtree(FOLDER, ignore_errors=True)
    os._exit(1 if complaint else 0)


def main():
    write_files()
    process = start()
    deadline = time.monotonic() + 60
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            log = FOLDER / "log"
            end(process, f"Dovecot did not answer: {log.read_text() if log.exists() else 'no log'}")
        time.sleep(0.05)
    print(json.dumps({"event": "listening", "socket": str(SOCKET)}), flush=True)
    sys.stdin.read()
    end(process)


main()
