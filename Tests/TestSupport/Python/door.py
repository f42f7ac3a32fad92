"""Stands before a server and passes connections on, as long as it is open.

Usage: door.py TARGET_PORT. Prints the port it stands on. Each line of standard input, `open` or `close`, is obeyed and
answered with `done`. A closed door keeps its port without listening, so that connections are refused and nobody else
gets it. Ends when standard input does.
"""

import asyncio
import socket
import struct
import sys


class Door:
    def __init__(self, target):
        self.target = target
        self.port = 0
        self.server = None
        self.placeholder = None
        self.writers = set()

    async def open(self):
        keeper, self.placeholder = self.placeholder or self.bound(), None
        self.server = await asyncio.start_server(self.connected, sock=keeper)

    async def close(self):
        self.server.close()
        self.placeholder = self.bound()
        for writer in list(self.writers):
            # A reset, as a crash would: no lingering connection takes a letter after this.
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def bound(self):
        keeper = socket.socket()
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", self.port))
        self.port = keeper.getsockname()[1]
        return keeper

    async def connected(self, reader, writer):
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.pass_on(reader, inner_writer), self.pass_on(inner_reader, writer))

    async def pass_on(self, reader, writer):
        self.writers.add(writer)
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()


async def main():
    door = Door(int(sys.argv[1]))
    await door.open()
    print(door.port, flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await {"open": door.open, "close": door.close}[line.strip()]()
        print("done", flush=True)


asyncio.run(main())
