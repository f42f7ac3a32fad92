"""Verifies a booking link's token without a PASETO library.

    verify_link.py KEYS.json AUDIENCE ENVIRONMENT PURPOSE NOW < token

KEYS.json is the published list of keys, NOW an instant such as 2026-03-01T17:00:00Z. Prints the claims as JSON and
exits with 0, or prints why not and exits with 1. It shows what a verifier in another language has to do, in the same
order; single use and revocation are the database's part.
"""

import base64
import json
import re
import struct
import sys
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    pass


def decode(text):
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:  # Python ignores bits after the last byte.
        raise Refused("malformed")
    return raw


def members(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("duplicate member")
    return dict(pairs)


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def verify(token, keys, audience, environment, purpose, now):
    shape = r"v4\.public\.([A-Za-z0-9_-]{88,})\.([A-Za-z0-9_-]{1,88})"
    match = re.fullmatch(shape, token) if len(token) <= 1024 else None
    if not match:
        raise Refused("malformed")
    body, footer = decode(match[1]), decode(match[2])
    kid = re.fullmatch(rb'\{"kid":"([A-Za-z0-9-]{1,16})"\}', footer)
    if not kid:
        raise Refused("malformed")
    key = next((key for key in keys["keys"] if key["kid"].encode() == kid[1]), None)
    if not key or key["state"] == "revoked" or (key["not_after"] and instant(key["not_after"]) <= now):
        raise Refused("unknown key")
    pieces = [b"v4.public.", body[:-64], footer, f"bl1.{environment}.{purpose}".encode()]
    signed = struct.pack("<Q", len(pieces)) + b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)
    try:
        Ed25519PublicKey.from_public_bytes(decode(key["paserk"].removeprefix("k4.public."))).verify(body[-64:], signed)
    except InvalidSignature:
        raise Refused("bad signature") from None
    claims = json.loads(body[:-64], object_pairs_hook=members)
    if set(claims) != {"aud", "exp", "gen", "iat", "jti", "pur", "sub"} or type(claims["gen"]) is not int:
        raise Refused("invalid claims")
    if claims["aud"] != audience:
        raise Refused("wrong audience")
    if instant(claims["exp"]) <= now:
        raise Refused("expired")
    if instant(claims["iat"]) > now + timedelta(seconds=60):
        raise Refused("not yet valid")
    if claims["pur"] != purpose:
        raise Refused("wrong purpose")
    return claims


if __name__ == "__main__":
    path, audience, environment, purpose, now = sys.argv[1:]
    with open(path) as file:
        keys = json.load(file)
    try:
        print(json.dumps(verify(sys.stdin.read().strip(), keys, audience, environment, purpose, instant(now))))
    except Refused as refusal:
        sys.exit(str(refusal))
