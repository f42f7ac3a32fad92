"""Answers signing and verifying requests with pyseto: a JSON list on standard input, a JSON list on standard output."""

import json
import sys

import pyseto
from pyseto import Key


def answer(request):
    assertion = request["assertion"].encode()
    try:
        if request["action"] == "encode":
            key = Key.new(version=4, purpose="public", key=request["key"])
            token = pyseto.encode(
                key, request["payload"].encode(), footer=request["footer"].encode(), implicit_assertion=assertion
            )
            return {"token": token.decode()}
        key = Key.from_paserk(request["key"])
        decoded = pyseto.decode(key, request["token"], implicit_assertion=assertion)
        return {"payload": decoded.payload.decode(), "footer": decoded.footer.decode()}
    except pyseto.VerifyError:
        return {"error": "VerifyError"}


json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
