"""Listens to server-sent events as so many browsers, each with a connection of its own.

Usage: event_readers.py SETTINGS, a JSON object: port, path, readers, the file to write to, and lastID, which a browser
sends when it comes back. Writes a JSON object a line: event (open, sign for a comment, the server's own events, closed),
reader, at (seconds since 1970), id and data. Ends with its input. Written from the HTML standard, section 9.2.
"""

import asyncio
import json
import sys
import time

settings = json.loads(sys.argv[1])
record = open(settings["file"], "w", encoding="utf-8")


def tell(event, reader, **more):
    record.write(json.dumps({"event": event, "reader": reader, "at": time.time(), **more}) + "\n")
    record.flush()


async def listen(reader):
    lines, pen = await asyncio.open_connection("127.0.0.1", settings["port"])
    request = f"GET {settings['path']} HTTP/1.1\r\nHost: 127.0.0.1:{settings['port']}\r\nAccept: text/event-stream\r\n"
    if settings.get("lastID"):
        request += f"Last-Event-ID: {settings['lastID']}\r\n"
    pen.write((request + "\r\n").encode())
    head = (await lines.readuntil(b"\r\n\r\n")).decode().lower()
    assert head.startswith("http/1.1 200 ") and "content-type: text/event-stream\r\n" in head, head
    tell("open", reader)
    event = {}
    while size := int((await lines.readline()).strip() or b"0", 16):
        chunk = (await lines.readexactly(size + 2))[:-2].decode()
        for line in chunk.split("\n")[:-1]:
            name, _, value = line.partition(": ")
            if name == "":
                tell("sign", reader) if value else None
            else:
                event[name] = value
            if line == "" and event:
                told = event.pop("event", "greeting")
                tell(told, reader, id=event.get("id"), data=event.get("data"))
                event = {}
    tell("closed", reader)
    pen.close()


async def main():
    orders = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    readers = [asyncio.create_task(listen(number)) for number in range(settings["readers"])]
    done, _ = await asyncio.wait([orders, *readers], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    await orders


asyncio.run(main())
