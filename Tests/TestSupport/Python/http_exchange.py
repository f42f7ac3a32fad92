"""One HTTP exchange without anything a client library would mend.

Usage: http_exchange.py METHOD HOST PORT PATH. Prints a JSON object: status, headers (names in lower case), body.
"""

import http.client
import json
import sys

method, host, port, path = sys.argv[1:]
connection = http.client.HTTPConnection(host, int(port), timeout=60)
connection.request(method, path)
response = connection.getresponse()
headers = {name.lower(): value for name, value in response.getheaders()}
json.dump({"status": response.status, "headers": headers, "body": response.read().decode()}, sys.stdout)
