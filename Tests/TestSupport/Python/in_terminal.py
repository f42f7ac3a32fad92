"""Runs a program in a pseudo-terminal and does to it what a person does; prints what became of it as JSON.

The settings are one JSON object: program, arguments, environment, columns, rows, steps. A step is an object of one key:
  {"see": TEXT}       waits until the screen shows the text
  {"miss": TEXT}      waits until the screen does not show it
  {"type": TEXT}      types it
  {"resize": [C, R]}  makes the window C columns by R rows
  {"signal": NUMBER}  sends the program a signal
  {"tell": NAME}      makes an empty file of this name in the folder, for whoever waits for it
  {"hear": NAME}      waits until there is a file of this name in the folder
  {"look": NAME}      keeps what the screen shows under this name, once nothing changed for 300 ms
The screen is that of pyte, a terminal emulator of its own.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

import pyte

PATIENCE = 90


class Screen(pyte.Screen):
    """With the alternate screen of xterm (mode 1049), which pyte lacks."""

    ALTERNATE = 1049
    kept = None

    def set_mode(self, *modes, **options):
        super().set_mode(*modes, **options)
        if options.get("private") and self.ALTERNATE in modes and self.kept is None:
            self.kept = {row: dict(line) for row, line in self.buffer.items()}, self.cursor.x, self.cursor.y
            self.erase_in_display(2)

    def reset_mode(self, *modes, **options):
        super().reset_mode(*modes, **options)
        if options.get("private") and self.ALTERNATE in modes and self.kept:
            rows, self.cursor.x, self.cursor.y = self.kept
            self.erase_in_display(2)
            for row, line in rows.items():
                self.buffer[row].update(line)
            self.kept = None


class Session:
    def __init__(self, settings):
        self.screen = Screen(settings["columns"], settings["rows"])
        self.stream = pyte.ByteStream(self.screen)
        self.output = b""
        self.looks = {}
        self.ended = False
        self.master, self.slave = pty.openpty()
        self.resize(settings["columns"], settings["rows"], tell=False)
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(self.slave, descriptor)
            os.closerange(3, 64)
            os.execve(settings["program"], [settings["program"], *settings["arguments"]], settings["environment"])

    def resize(self, columns, rows, tell=True):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            self.screen.resize(rows, columns)

    def read(self, seconds):
        """Whether anything came."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = os.read(self.master, 65536)
        self.output += data
        self.stream.feed(data)
        return True

    def shown(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def wait(self, what, holds):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if not self.read(0.1) and self.has_ended():
                if holds():
                    return
                sys.exit(f"it ended before {what}; it wrote:\n{self.output!r}")
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                sys.exit(f"not within {PATIENCE} s: {what}; the screen:\n{self.shown()}")

    def has_ended(self):
        if not self.ended:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = True
                self.status = os.waitstatus_to_exitcode(status)
        return self.ended

    def step(self, kind, value):
        if kind == "see":
            self.wait(f"the screen shows {value!r}", lambda: value in self.shown())
        elif kind == "miss":
            self.wait(f"the screen lacks {value!r}", lambda: value not in self.shown())
        elif kind == "type":
            os.write(self.master, value.encode())
        elif kind == "resize":
            self.resize(*value)
        elif kind == "signal":
            os.kill(self.pid, value)
        elif kind == "tell":
            open(value, "w").close()
        elif kind == "hear":
            self.wait(f"somebody says {value!r}", lambda: os.path.exists(value))
        elif kind == "look":
            while self.read(0.3):
                pass
            self.looks[value] = self.shown()

    def finish(self):
        self.wait("it ended", self.has_ended)
        while self.read(0):
            pass
        after = termios.tcgetattr(self.slave)
        return {
            "status": self.status if self.status >= 0 else 128 - self.status,
            "output": self.output.decode(),
            "screen": self.shown(),
            "looks": self.looks,
            "isRestored": after == self.before and not self.screen.cursor.hidden and self.screen.kept is None,
        }


def main():
    settings = json.load(sys.stdin)
    os.chdir(settings["folder"])
    session = Session(settings)
    for step in settings["steps"]:
        for kind, value in step.items():
            session.step(kind, value)
    print(json.dumps(session.finish()))


main()
