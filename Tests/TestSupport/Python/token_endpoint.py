"""An OAuth 2.0 authorization server, as small as the tests need it: RFC 6749 §4.4 at /token, RFC 7662 at /introspect.

Usage: token_endpoint.py SETTINGS, a JSON object (see TokenServer.swift). Prints {"event": "listening", "port": N}, then
one event a request: "issued" with the token, or "refused". Obeys a line of standard input and then tells of it: "issue"
prints a new token, "revoke" ends every token issued so far, "release" lets go the answers that are held.
Ends when its standard input does, so that it never outlives the test that started it.
"""

import json
import os
import secrets
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SETTINGS = json.loads(sys.argv[1])
LOCK = threading.Lock()
RELEASED = threading.Event()
EXPIRY = {}
COUNT = [0]


def emit(event, **fields):
    with LOCK:
        print(json.dumps({"event": event, **fields}), flush=True)


def issue():
    token = secrets.token_urlsafe(SETTINGS["tokenBytes"])
    EXPIRY[token] = time.monotonic() + SETTINGS["lifetime"]
    return token


def next_answer():
    """The n-th answer that is not the real one; the last one repeats."""
    with LOCK:
        COUNT[0] += 1
        answers = SETTINGS["answers"]
        return answers[min(COUNT[0], len(answers)) - 1] if answers else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        if self.path == "/token":
            self.token(form)
        elif self.path == "/introspect":
            self.introspect(form.get("token", ""))
        else:
            self.answer(404, "{}")

    def token(self, form):
        answer = next_answer() or {}
        if answer.get("isHeld"):
            emit("holding")
            RELEASED.wait()
        if answer.get("status"):
            emit("refused")
            location = {"Location": f"http://127.0.0.1:{self.server.server_port}/elsewhere"}
            self.answer(answer["status"], answer["body"], location if answer["status"] in (302, 307) else {})
            return
        wanted = {
            "grant_type": "client_credentials",
            "client_id": SETTINGS["client"],
            "client_secret": SETTINGS["secret"],
            "scope": SETTINGS["scope"],
        }
        if form != wanted or self.headers["Content-Type"] != "application/x-www-form-urlencoded":
            emit("refused")
            self.answer(401, json.dumps({"error": "invalid_client", "error_description": "canary"}))
            return
        token = issue()
        emit("issued", token=token)
        self.answer(200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": SETTINGS["lifetime"]}))

    def introspect(self, token):
        active = EXPIRY.get(token, 0) > time.monotonic()
        self.answer(200, json.dumps({"active": active, "username": SETTINGS["user"]} if active else {"active": False}))

    def answer(self, status, body, headers={}):
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def obey_parent():
    for order in sys.stdin:
        if order == "issue\n":
            emit("issued", token=issue())
        elif order == "revoke\n":
            EXPIRY.clear()
            emit("revoked")
        elif order == "release\n":
            RELEASED.set()
            emit("released")
    os._exit(0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if SETTINGS.get("certificate"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SETTINGS["certificate"], SETTINGS["key"])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=obey_parent, daemon=True).start()
emit("listening", port=server.server_port)
server.serve_forever()
