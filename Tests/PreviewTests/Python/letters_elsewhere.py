"""Reads every letter of an export with programs that know nothing of us, and says what they disagree with.

Usage: letters_elsewhere.py EXPORT VNU_JAR SPAMASSASSIN_ROOT
Python's email package (no defect allowed), icalendar, the Nu HTML checker, w3m and SpamAssassin with its local rules.
"""

import concurrent.futures
import email
import email.errors
import email.policy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unicodedata

import html5lib
import icalendar

STRICT = email.policy.SMTP.clone(raise_on_defect=True)
# How e-mail is laid out for Outlook, which knows no other way; conformant HTML has left them behind.
LAYOUT = (r"The “(align|bgcolor|border|cellpadding|cellspacing|width)” attribute "
          r"on the “(table|td)” element is obsolete")
# What is newer than the checker, which is of 2020, or Outlook's own.
NEWER = (r"CSS: “(color-scheme|supported-color-schemes|text-wrap|mso-[a-z-]+)”: Property .* doesn't exist|"
         r"CSS: The value “break-word” is deprecated|"
         r"Bad value “dialog” for attribute “method” on element “form”|"
         r"Attribute “loading” not allowed on element “iframe”")
FORGIVEN = re.compile(f"{LAYOUT}|{NEWER}")
MOST_SPAM = 1.0


def name(entry):
    return "/".join(entry[part] for part in ("kind", "locale", "scenario"))


class Letter:
    """One letter of the export as the email package reads it."""

    def __init__(self, export, entry):
        self.name = name(entry)
        self.folder = export / "letter" / self.name
        self.entry = entry
        self.raw = (self.folder / "message.eml").read_bytes()
        self.message = email.message_from_bytes(self.raw, policy=STRICT)
        self.text = self.part("text/plain")
        self.html = self.part("text/html")
        self.calendar = self.part("text/calendar")

    def part(self, kind):
        for part in self.message.walk():
            if part.get_content_type() == kind and not part.is_attachment():
                return lines(part.get_content())
        return None


def lines(text):
    """Without the difference between line ends, which the email package makes alike only for some parts."""
    return text.replace("\r\n", "\n").rstrip("\n")


def read_mistakes(letter):
    """What the email package reads, against what the export says."""
    if letter.message["subject"] != letter.entry["subject"]:
        yield f"letters.json says “{letter.entry['subject']}”, the message “{letter.message['subject']}”"
    if letter.entry["bytes"] != len(letter.raw):
        yield f"letters.json says {letter.entry['bytes']} bytes, the message has {len(letter.raw)}"
    for name, part in (("letter.txt", letter.text), ("letter.html", letter.html), ("invite.ics", letter.calendar)):
        file = letter.folder / name
        stored = file.read_bytes().decode() if file.exists() else None
        if (part is None) != (stored is None) or part is not None and part != lines(stored):
            yield f"{name} is not the message's own part"
    if not letter.text or not letter.html:
        yield "there is no text or no HTML"


def calendar_mistakes(letter):
    if letter.calendar is None:
        return
    calendar = icalendar.Calendar.from_ical(letter.calendar)
    events = calendar.walk("VEVENT")
    for event in events:
        if event.errors:
            yield f"icalendar: {event.errors}"
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "ORGANIZER"):
            if name not in event:
                yield f"the calendar's event has no {name}"
    methods = {part.get_param("method") for part in letter.message.walk() if part.get_content_type() == "text/calendar"}
    if methods != {str(calendar.get("METHOD"))} or not events:
        yield f"the calendar part is {calendar.get('METHOD')} with {len(events)} events, its header says {methods}"


def hidden(html):
    """The preheader, which is the first hidden element: a text browser shows it."""
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter("div"):
        if "display:none" in element.get("style", "").replace(" ", ""):
            return signs("".join(element.itertext()))
    return ""


def signs(text):
    """Letters and digits only, composed alike, without links and their numbers: neither layout nor punctuation is
    compared, nor marks of direction, nor the spaces that w3m drops between Chinese characters."""
    text = unicodedata.normalize("NFC", re.sub(r"https?://\S+|\[\d+\]", " ", text))
    return "".join(character for character in text if unicodedata.category(character)[0] in "LN")


def w3m_mistakes(letter):
    dump = subprocess.run(
        ["w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "9999",
         "-o", "display_link_number=1"], input=letter.html, capture_output=True, text=True, check=True).stdout
    shown, _, references = dump.partition("\nReferences:\n")
    theirs = set(re.findall(r"^\[\d+\] (\S+)$", references, re.MULTILINE))
    ours = re.findall(r"^[\u200f ]*(https?://\S+)$", letter.text, re.MULTILINE)
    # A host alone is written with its root (RFC 3986 section 6.2.3), as w3m does.
    ours = {f"{link}/" if link.count("/") == 2 else link for link in ours}
    if theirs != ours or not ours:
        yield f"w3m lists the links {sorted(theirs - ours)} that the text has not, and lacks {sorted(ours - theirs)}"
    theirs, ours = signs(shown), hidden(letter.html) + signs(letter.text)
    if theirs != ours:
        at = len(os.path.commonprefix([theirs, ours]))
        yield (f"after “{ours[max(0, at - 20):at]}” w3m shows “{theirs[at:at + 40]}” "
               f"and the text says “{ours[at:at + 40]}”")


def conformance(pages, jar):
    """What the Nu HTML checker calls an error, by page."""
    result = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *map(str, pages)],
        capture_output=True, text=True, check=True)
    for message in json.loads(result.stdout)["messages"]:
        fault = message["type"] in ("error", "non-document-error")
        if fault and not FORGIVEN.match(message["message"]):
            yield message["url"], f"line {message.get('lastLine')}: {message['message']}"


def stamped(letter):
    """The letter as its reader's server stores it, from us through a relay: rules about its journey then apply."""
    sent = letter.message["date"]
    return (f"Return-Path: <bounces@example.org>\r\n"
            f"Received: from relay.example.org (relay.example.org [IPv6:2001:db8::25])\r\n"
            f"\tby mx.example.net (Postfix) with ESMTPS id 4XyZ0000000001\r\n\tfor <reader@example.net>; {sent}\r\n"
            f"Received: from worker.example.org (worker.example.org [IPv6:2001:db8::7])\r\n"
            f"\tby relay.example.org (Postfix) with ESMTPSA id 4XyZ0000000000\r\n\tfor <reader@example.net>; {sent}\r\n"
            ).encode() + letter.raw


def spam(letters, root):
    """Score and rules of each letter, judged by as many processes as there are processors."""
    script = pathlib.Path(__file__).with_name("spam_score.pl")
    architecture = next(pathlib.Path(root, "usr/lib").glob("*/perl5/*"))
    environment = dict(os.environ, PERL5LIB=f"{root}/usr/share/perl5:{architecture}", LC_ALL="C.UTF-8", TZ="UTC")
    shares = os.cpu_count() or 1

    def judge(share):
        with tempfile.TemporaryDirectory() as state:
            files = [pathlib.Path(state, f"{number}.eml") for number in range(len(share))]
            for file, letter in zip(files, share):
                file.write_bytes(stamped(letter))
            result = subprocess.run(
                ["/usr/bin/perl", "-w", script, root, state, *files], capture_output=True, text=True, env=environment)
            if result.returncode or result.stderr:
                raise SystemExit(f"spam_score.pl: {result.stderr}")
            rows = [line.split("\t") for line in result.stdout.splitlines()]
            return [(float(score), rules, letter) for (score, rules), letter in zip(rows, share, strict=True)]

    with concurrent.futures.ThreadPoolExecutor(shares) as pool:
        return [row for rows in pool.map(judge, (letters[n::shares] for n in range(shares))) for row in rows]


def main(export, jar, root):
    export = pathlib.Path(export)
    letters, mistakes, began = [], [], time.monotonic()

    def took(what):
        nonlocal began
        print(f"{what}: {time.monotonic() - began:.1f} s")
        began = time.monotonic()

    for entry in json.loads((export / "letters.json").read_text()):
        try:
            letter = Letter(export, entry)
            mistakes += [(letter.name, mistake) for mistake in (*read_mistakes(letter), *calendar_mistakes(letter))]
            letters.append(letter)
        except (email.errors.MessageError, LookupError, ValueError, OSError) as defect:
            mistakes.append((name(entry), f"{type(defect).__name__}: {defect}"))
    took(f"{len(letters)} letters read by Python's email package, "
         f"{sum(letter.calendar is not None for letter in letters)} calendars by icalendar")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = pool.map(lambda letter: list(w3m_mistakes(letter)), letters)
        mistakes += [(letter.name, mistake) for letter, some in zip(letters, found) for mistake in some]
    took("words and links compared with w3m's")
    pages = sorted(export.rglob("*.html"))
    mistakes += list(conformance(pages, jar))
    took(f"{len(pages)} files judged by the Nu HTML checker")
    scores = sorted(spam(letters, root), key=lambda row: -row[0])
    mistakes += [(letter.name, f"SpamAssassin gives {score}: {rules}")
                 for score, rules, letter in scores if score > MOST_SPAM]
    took("scored by SpamAssassin")
    for score, rules, letter in scores[:3]:
        print(f"  {score:5.1f}  {letter.name}  {rules}")
    if not letters:
        mistakes.append((str(export), "no letters"))
    for where, mistake in mistakes[:60]:
        print(f"{where}: {mistake}"[:400], file=sys.stderr)
    return min(len(mistakes), 1)


sys.exit(main(*sys.argv[1:]))
