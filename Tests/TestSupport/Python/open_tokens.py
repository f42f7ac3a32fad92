"""Opens PASETO tokens with pyseto. A JSON list of {key, token, assertion} on standard input, the key as PASERK; a JSON
list on standard output: what each token says, or null where it does not verify."""

import json
import sys

try:
    import pyseto
except ImportError:
    sys.exit("This Python has no pyseto: install it with pip, or set TEST_PYTHON to one that has it.")


def open_token(request):
    try:
        decoded = pyseto.decode(
            pyseto.Key.from_paserk(request["key"]), request["token"], implicit_assertion=request["assertion"].encode()
        )
    except pyseto.VerifyError:
        return None
    return {"claims": json.loads(decoded.payload), "footer": decoded.footer.decode()}


json.dump([open_token(request) for request in json.load(sys.stdin)], sys.stdout)
