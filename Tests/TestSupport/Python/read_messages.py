"""Reads messages strictly, with Python's email package: whatever is not in order ends it with a complaint.

Usage: read_messages.py FILE...  Prints a JSON list. The three headers that aiosmtpd adds name the envelope.
"""

import email
import email.policy
import json
import sys

STRICT = email.policy.SMTP.clone(raise_on_defect=True)


def body(message, subtype):
    part = message.get_body((subtype,))
    return part.get_content() if part else None


def calendar(message):
    """The calendar part with its folded lines joined (RFC 5545 section 3.1)."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return part.get_payload(decode=True).decode().replace("\r\n ", "")
    return None


def read(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=STRICT)
    mailbox = message["to"].addresses[0]
    return {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "toName": mailbox.display_name,
        "toAddress": mailbox.addr_spec,
        "text": body(message, "plain"),
        "html": body(message, "html"),
        "date": message["date"].datetime.timestamp(),
        "calendar": calendar(message),
        "types": [part.get_content_type() for part in message.walk()],
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
