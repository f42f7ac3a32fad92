"""Reads the demo's inbox: two commands.

report RUN COMMITTED OUTCOMES MAILDIR   compares it with what one run committed
follow MAILDIR                          prints new letters as they arrive
"""

import email
import email.policy
import os
import statistics
import sys
import time
import unicodedata


def letters(maildir, known=()):
    """Yields (file, message) for every letter whose file is not in `known`, oldest first."""
    folder = os.path.join(maildir, "new")
    files = sorted(os.scandir(folder), key=lambda entry: entry.stat().st_mtime_ns) if os.path.isdir(folder) else []
    for entry in files:
        if entry.name not in known:
            with open(entry.path, "rb") as stream:
                yield entry.name, email.message_from_binary_file(stream, policy=email.policy.default)


def fit(text, width):
    """Pads or cuts to a number of terminal columns; an ideograph takes two, a combining mark none."""
    taken, kept = 0, ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        columns = 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1 + wide
        if taken + columns > width:
            return fit(kept[:-1], width - 1) + "…"
        taken, kept = taken + columns, kept + character
    return kept + " " * (width - taken)


def rows(path):
    with open(path, encoding="utf-8") as stream:
        return [line.rstrip("\n").split("\t") for line in stream]


def report(run, committed, outcomes, maildir):
    """Prints a line for each commit; true when the inbox has one letter for each, and no other, to an address of this run."""
    inbox, copies = {}, 0
    for _, message in letters(maildir):
        inbox[message["Message-ID"].strip("<>")] = message
        copies += f"+{run}@" in message["X-RcptTo"]
    settled = {}
    for subject, outcome, message_id, at in rows(outcomes):
        settled.setdefault(subject, []).append((outcome, message_id, float(at)))

    print(f"\n{fit('committed', 12)}  {fit('for', 40)}  {fit('arrived, with the subject', 50)}  COMMIT to 250")
    waits, count = [], 0
    for what, subject, name, zone, at in rows(committed):
        count += 1
        sent = [(message_id, when) for outcome, message_id, when in settled.get(subject, []) if outcome == "sent"]
        arrived = [inbox[message_id] for message_id, _ in sent if message_id in inbox]
        if arrived:
            waits.append((sent[0][1] - float(at)) * 1000)
            told, wait = arrived[0]["Subject"], f"{waits[-1]:8.1f} ms"
        else:
            history = ", ".join(outcome for outcome, _, _ in settled.get(subject, []))
            told, wait = f"NOT DELIVERED ({history or 'not settled'})", ""
        print(f"{fit(what, 12)}  {fit(f'{name}, {zone}', 40)}  {fit(told, 50)}  {wait}")
    if waits:
        print(f"\nCOMMIT until the relay's 250 is on record: min {min(waits):.1f} ms, median {statistics.median(waits):.1f} ms, max {max(waits):.1f} ms")
    if copies != len(waits):
        print(f"but the inbox has {copies} letters to this run's addresses")
    print(f"{count} committed, {len(waits)} delivered", flush=True)
    return len(waits) == count == copies


def follow(maildir):
    known = {name for name, _ in letters(maildir)}
    while True:
        for name, message in letters(maildir, known):
            known.add(name)
            print(f"{time.strftime('%H:%M:%S')}  to {message['To']}: {message['Subject']}  ({name})", flush=True)
        time.sleep(0.1)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "report":
        sys.exit(0 if report(*arguments) else 1)
    follow(*arguments)
