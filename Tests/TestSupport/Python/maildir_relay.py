"""A real SMTP server (aiosmtpd) that keeps what it receives in a Maildir.

Usage: maildir_relay.py SETTINGS, a JSON object: maildir, and optionally tls ("starttls" or "implicit"), certificate,
key, user, password. Prints {"event": "listening", "port": N} once it accepts connections. Ends when its standard
input does, so that it never outlives the test that started it.
"""

import asyncio
import json
import os
import ssl
import sys
import threading

try:
    from aiosmtpd.handlers import Mailbox
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    sys.exit("This Python has no aiosmtpd: install python3-aiosmtpd, or set TEST_PYTHON to one that has it.")

SETTINGS = json.loads(sys.argv[1])


def authenticate(server, session, envelope, mechanism, data):
    right = (SETTINGS["user"].encode(), SETTINGS["password"].encode())
    # handled=False: aiosmtpd sends the refusal itself; left at True, it would send nothing at all.
    return AuthResult(success=(data.login, data.password) == right, handled=False)


def context():
    if "tls" not in SETTINGS:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SETTINGS["certificate"], SETTINGS["key"])
    return context


def make_server():
    upgrade = SETTINGS.get("tls") == "starttls"
    return SMTP(
        Mailbox(SETTINGS["maildir"]),
        hostname="maildir.test",
        enable_SMTPUTF8=True,
        tls_context=context() if upgrade else None,
        require_starttls=upgrade,
        authenticator=authenticate if "user" in SETTINGS else None,
        auth_required="user" in SETTINGS,
        auth_require_tls=upgrade,
    )


def watch_parent():
    sys.stdin.read()
    os._exit(0)


async def main():
    implicit = context() if SETTINGS.get("tls") == "implicit" else None
    server = await asyncio.get_running_loop().create_server(make_server, "127.0.0.1", 0, ssl=implicit)
    threading.Thread(target=watch_parent, daemon=True).start()
    print(json.dumps({"event": "listening", "port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


asyncio.run(main())
