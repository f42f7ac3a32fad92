"""An SMTP relay that does exactly what its scenario says, faults included.

Usage: scripted_relay.py SCENARIO, a JSON object (see RelayScenario.swift). Prints one JSON event per line: the port it
listens on, every command with the number of the read it came in, every message, byte for byte as it was sent.
In its replies {recipient}, {local} and {token} are the recipient, its local part and the first token of a booking link that
it was told last, as relays quote what they refuse.
The line "release" on standard input lets go every answer that is held, now and later. Ends when its standard input does,
so that it never outlives the test that started it.
"""

import base64
import email
import json
import os
import queue
import re
import socket
import ssl
import struct
import sys
import threading
import time

SCENARIO = json.loads(sys.argv[1])
LOCK = threading.Lock()
EVENTS = queue.SimpleQueue()
COUNTS = {}
RELEASED = threading.Event()
TOLD = {"recipient": "", "local": "", "token": ""}
DEFAULTS = {
    "GREETING": "220 scripted.test ESMTP",
    "STARTTLS": "220 2.0.0 Ready to start TLS",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 End data with <CR><LF>.<CR><LF>",
    "DOT": "250 2.0.0 Ok: queued as 4TEST1",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
    "HELO": "250 scripted.test",
}


class Gone(Exception):
    """The connection is over."""


def emit(event, **fields):
    EVENTS.put(json.dumps({"event": event, **fields}) + "\n")


def write_events():
    """On a thread of its own, so that a full pipe never holds up a connection."""
    while True:
        sys.stdout.write(EVENTS.get())
        sys.stdout.flush()


def load_context():
    if SCENARIO["tls"] == "none":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SCENARIO["certificate"], SCENARIO["key"])
    if SCENARIO.get("clientAuthority"):
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(SCENARIO["clientAuthority"])
    return context


def step_for(verb):
    """The scenario's n-th answer to a verb, counted over all connections; the last one repeats."""
    with LOCK:
        count = COUNTS[verb] = COUNTS.get(verb, -1) + 1
    steps = SCENARIO.get("answers", {}).get(verb)
    return steps[min(count, len(steps) - 1)] if steps else None


def first_token(message):
    """The token of the first booking link in a letter; none when there is none."""
    parts = [part.get_payload(decode=True) or b"" for part in email.message_from_bytes(message).walk()]
    found = re.search(rb"v4\.public\.[A-Za-z0-9_.-]+", b"\n".join(parts))
    return found.group().decode() if found else ""


class Connection(threading.Thread):
    def __init__(self, peer):
        super().__init__(daemon=True)
        self.peer = peer
        self.buffer = b""
        self.reads = 0
        self.encrypted = False
        self.waiting = b""
        self.told = dict(TOLD)

    def run(self):
        try:
            if SCENARIO.get("tls") == "implicit":
                self.start_tls()
            self.answer("GREETING")
            while True:
                self.command(self.line())
        except (Gone, OSError, ssl.SSLError):
            pass
        finally:
            self.peer.close()
            emit("closed")

    def start_tls(self):
        self.flush()
        self.peer = CONTEXT.wrap_socket(self.peer, server_side=True)
        self.encrypted = True

    def fill(self):
        self.flush()
        piece = self.peer.recv(65536)
        if not piece:
            raise Gone
        self.reads += 1
        self.buffer += piece

    def line(self):
        while b"\r\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "surrogateescape")

    def send(self, text, split=False, raw=False):
        data = text.encode() if raw or text.endswith("\r\n") else text.replace("\n", "\r\n").encode() + b"\r\n"
        if not split:
            self.waiting += data
            if not SCENARIO.get("coalesces"):
                self.flush()
            return
        for byte in data:
            self.peer.sendall(bytes([byte]))
            time.sleep(0.0005)

    def flush(self):
        data, self.waiting = self.waiting, b""
        self.peer.sendall(data)

    def answer(self, verb, fallback=None):
        step = step_for(verb) or {"reply": fallback or DEFAULTS[verb]}
        if step.get("delay"):
            time.sleep(step["delay"])
        if step.get("isHeld"):
            RELEASED.wait()
        if step.get("reply") is not None:
            self.send(self.quote(step["reply"]), step.get("split", False), step.get("isRaw", False))
        then = step.get("then")
        if then is not None:
            self.flush()
        while then == "flood":
            self.send(step["reply"], raw=step.get("isRaw", False))
            self.flush()
        if then == "close":
            raise Gone
        if then == "reset":
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        if then == "hang":
            emit("hanging")
            threading.Event().wait()
        return step["reply"] or ""

    def quote(self, reply):
        for name, value in self.told.items():
            reply = reply.replace("{" + name + "}", value)
        return reply

    def remember(self, **told):
        self.told.update(told)
        TOLD.update(told)

    def command(self, line):
        emit("command", line=line, read=self.reads)
        verb = line.split(" ")[0].split(":")[0].upper()
        if verb == "EHLO":
            self.answer("EHLO", self.hello())
        elif verb == "STARTTLS":
            if self.answer("STARTTLS").startswith("220"):
                self.start_tls()
        elif verb == "AUTH":
            self.authenticate(line)
        elif verb == "DATA":
            if self.answer("DATA").startswith("354"):
                self.text()
        elif verb in DEFAULTS:
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                self.remember(recipient=address, local=address.partition("@")[0])
            self.answer(verb)
            if verb == "QUIT":
                self.flush()
                raise Gone
        else:
            self.send("500 5.5.1 What?")

    def hello(self):
        names = SCENARIO.get("capabilities", [])
        if self.encrypted:
            names = SCENARIO.get("capabilitiesAfterTLS", names)
        lines = ["scripted.test"] + names
        return "\n".join(f"250-{name}" for name in lines[:-1]) + ("\n" if len(lines) > 1 else "") + f"250 {lines[-1]}"

    def authenticate(self, line):
        words = line.split(" ")
        if SCENARIO.get("sasl"):
            self.answer("AUTH", self.ask_dovecot(words[1], words[2:]))
            return
        if words[1].upper() == "EXTERNAL":
            is_known = bool(self.encrypted and self.peer.getpeercert())
            given = [base64.b64decode(words[2]), b"" if is_known else b"a client certificate"]
        elif words[1].upper() == "PLAIN":
            given = base64.b64decode(words[2]).split(b"\0")[1:]
        else:
            user = words[2] if len(words) > 2 else self.ask("334 VXNlcm5hbWU6")
            given = [base64.b64decode(user), base64.b64decode(self.ask("334 UGFzc3dvcmQ6"))]
        right = [SCENARIO.get("user", "").encode(), SCENARIO.get("password", "").encode()]
        self.answer("AUTH", "235 2.7.0 Welcome" if given == right else "535 5.7.8 Authentication failed")

    def ask(self, question):
        self.send(question)
        return self.line()

    def ask_dovecot(self, mechanism, initial):
        """Dovecot's authentication protocol 1.1, as other mail servers speak it; returns the final reply."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(SCENARIO["sasl"])
            lines = peer.makefile("rw", encoding="utf-8", newline="\n")
            response = "".join(f"\tresp={text}" for text in initial)
            lines.write(f"VERSION\t1\t1\nCPID\t{self.native_id}\nAUTH\t1\t{mechanism}\tservice=smtp\tsecured{response}\n")
            lines.flush()
            for line in lines:
                words = line.rstrip("\n").split("\t")
                if words[0] == "CONT":
                    lines.write(f"CONT\t1\t{self.ask(f'334 {words[2]}')}\n")
                    lines.flush()
                elif words[0] == "OK":
                    return "235 2.7.0 Authentication successful"
                elif words[0] == "FAIL":
                    temporary = "temp" in words
                    return "454 4.7.0 Temporary failure" if temporary else "535 5.7.8 Authentication failed"
        return "454 4.7.0 Temporary failure"

    def text(self):
        limit = SCENARIO.get("dropInBody")
        searched = 0
        while not (self.buffer.startswith(b".\r\n") or self.buffer.find(b"\r\n.\r\n", searched) >= 0):
            if limit is not None and len(self.buffer) >= limit:
                raise Gone
            searched = max(0, len(self.buffer) - 4)
            self.fill()
        if self.buffer.startswith(b".\r\n"):
            message, self.buffer = b"", self.buffer[3:]
        else:
            message, self.buffer = self.buffer.split(b"\r\n.\r\n", 1)
            message += b"\r\n"
        self.remember(token=first_token(message))
        kept = message if SCENARIO.get("keepsBodies", True) else message.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n"
        emit("message", size=len(message), content=base64.b64encode(kept).decode())
        self.answer("DOT")
        extra = step_for("UNSOLICITED")
        if extra:
            self.send(extra["reply"])
            emit("unsolicited")
            self.flush()
            if extra.get("then") == "close":
                raise Gone


def obey_parent():
    for order in sys.stdin:
        if order == "release\n":
            RELEASED.set()
    os._exit(0)


CONTEXT = load_context()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=obey_parent, daemon=True).start()
    threading.Thread(target=write_events, daemon=True).start()
    emit("listening", port=listener.getsockname()[1])
    while True:
        peer, _ = listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Connection(peer).start()


main()
