"""One HTTP exchange without anything a client library would mend.

Usage: http_exchange.py METHOD HOST PORT PATH [FIELDS [BODY]]. FIELDS is a JSON object; a host in it takes the place of
the real one, and null leaves the field out; U+2400 in PATH stands for NUL. Prints a JSON object: status, headers (names in lower case), body.
"""

import http.client
import json
import sys

method, host, port, path, *rest = sys.argv[1:]
fields = json.loads(rest[0]) if rest else {}
body = rest[1].encode() if rest[1:] else None
connection = http.client.HTTPConnection(host, int(port), timeout=60)
connection._validate_path = lambda url: None
connection.putrequest(method, path.replace("\u2400", "\0"), skip_host="Host" in fields)
if body is not None:
    fields["Content-Length"] = str(len(body))
for name, value in fields.items():
    if value is not None:
        connection.putheader(name, value)
connection.endheaders(body)
response = connection.getresponse()
headers = {name.lower(): value for name, value in response.getheaders()}
json.dump({"status": response.status, "headers": headers, "body": response.read().decode()}, sys.stdout)
