"""Reads the calendar parts of messages strictly, with Python's email package and icalendar: whatever is not in order
ends it with a complaint.

A JSON list of messages in base64 on standard input, in the order of their arrival. A JSON list on standard output:
what each one's calendar part says, and what a calendar that follows RFC 5546 holds once it was taken in.
"""

import base64
import email
import email.policy
import json
import re
import sys
import urllib.parse

try:
    import icalendar
except ImportError:
    sys.exit("This Python has no icalendar: install it with pip, or set TEST_PYTHON to one that has it.")

STRICT = email.policy.SMTP.clone(raise_on_defect=True)
SHAPE = "multipart/mixed(multipart/alternative(text/plain,text/html,text/calendar),application/ics)"


def need(condition, complaint):
    if not condition:
        raise ValueError(complaint)


def shape(part):
    inner = ",".join(shape(child) for child in part.iter_parts()) if part.is_multipart() else None
    return part.get_content_type() + (f"({inner})" if inner else "")


def calendar_part(message):
    need(shape(message) == SHAPE, "it is " + shape(message))
    alternative, file = message.iter_parts()
    part = list(alternative.iter_parts())[2]
    data = part.get_payload(decode=True)
    need(data == file.get_payload(decode=True), "the two copies of the calendar differ")
    need(file.get_content_disposition() == "attachment" and file.get_filename() == "invite.ics", "no file invite.ics")
    return dict(part["content-type"].params), data


def check_octets(data):
    need(data.endswith(b"\r\n"), "the last line does not end")
    for line in data[:-2].split(b"\r\n"):
        need(0 < len(line) <= 75, f"a line of {len(line)} octets")
        need(not re.search(rb"[\x00-\x1f\x7f]", line), "a control character")
        line.decode("utf-8")


def only_event(data):
    calendar = icalendar.Calendar.from_ical(data)
    parts = [part.name for part in calendar.walk()]
    need(parts == ["VCALENDAR", "VEVENT"], f"it is {parts}")
    event = calendar.walk("VEVENT")[0]
    need(not calendar.errors and not event.errors, f"errors: {calendar.errors} {event.errors}")
    need(sorted(calendar) == ["CALSCALE", "METHOD", "PRODID", "VERSION"], f"it has {sorted(calendar)}")
    need(calendar["VERSION"] == "2.0" and calendar["CALSCALE"] == "GREGORIAN", "version or scale")
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        need(event[name].dt.utcoffset().total_seconds() == 0 and not event[name].params, f"{name} is not in UTC")
    return str(calendar["METHOD"]), event


def address(value):
    scheme, _, mailbox = str(value).partition(":")
    need(scheme == "mailto", "no mailto address")
    return urllib.parse.unquote(mailbox, errors="strict")


def take_in(held, method, event):
    """RFC 5546 section 2.1.5: the highest sequence is the latest, and of equal ones the newest stamp."""
    uid, version = str(event["UID"]), (int(event["SEQUENCE"]), event["DTSTAMP"].dt)
    people = (address(event["ORGANIZER"]), address(event["ATTENDEE"]))
    known = held.get(uid)
    if known and (version < known["version"] or method == "CANCEL" and version[0] <= known["version"][0]):
        return
    need(not known or known["people"] == people, "another organizer or attendee")
    start = event["DTSTART"].dt.timestamp() if method == "REQUEST" else None
    held[uid] = {"version": version, "people": people, "start": start}


def read(message, held):
    parameters, data = calendar_part(email.message_from_bytes(message, policy=STRICT))
    check_octets(data)
    method, event = only_event(data)
    need(method == parameters.get("method"), "the method of the part is another")
    take_in(held, method, event)
    return {
        "method": method,
        "parameters": parameters,
        "properties": sorted(event),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "stamp": event["DTSTAMP"].dt.timestamp(),
        "start": event["DTSTART"].dt.timestamp(),
        "end": event["DTEND"].dt.timestamp(),
        "organizer": address(event["ORGANIZER"]),
        "organizerParameters": dict(event["ORGANIZER"].params),
        "attendee": address(event["ATTENDEE"]),
        "attendeeParameters": dict(event["ATTENDEE"].params),
        "texts": {
            name: str(event[name])
            for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "CLASS", "TRANSP")
            if name in event
        },
        "held": {uid: entry["start"] for uid, entry in held.items() if entry["start"] is not None},
    }


held, answers = {}, []
for number, message in enumerate(json.load(sys.stdin)):
    try:
        answers.append(read(base64.b64decode(message), held))
    except Exception as error:
        sys.exit(f"message {number}: {type(error).__name__}: {ascii(error)}")
json.dump(answers, sys.stdout)
