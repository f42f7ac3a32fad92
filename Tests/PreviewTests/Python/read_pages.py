"""Reads pages as a browser does and says what is in them.

Reads a JSON object from address to HTML on standard input; prints, for each, what html5lib's strict reader objects to,
where the page leads, and what in it could run or load something.
"""

import json
import posixpath
import sys
from urllib.parse import unquote, urlsplit

import html5lib

LEADS = {"href", "src", "action", "data-thumbnail"}


def read(address, html):
    parser = html5lib.HTMLParser(strict=False, tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    found = {
        "errors": [f"{code} at {place}" for place, code, _ in parser.errors],
        "leads": set(), "scripts": [], "handlers": [], "elements": set(), "frames": [], "policies": [], "text": "",
    }
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        found["elements"].add(element.tag)
        look(element, address, found)
    found["text"] = "".join(tree.itertext())
    return {key: sorted(value) if isinstance(value, set) else value for key, value in found.items()}


def look(element, address, found):
    for name, value in element.attrib.items():
        if name.startswith("on"):
            found["handlers"].append(f"{element.tag} {name}")
        if name in LEADS or (element.tag == "option" and name == "value" and "/" in value):
            found["leads"].add(resolved(address, value))
    if element.tag == "script" and element.get("src") is None and element.get("type") != "application/json":
        found["scripts"].append(element.text or "")
    if element.tag == "iframe":
        found["frames"].append({"sandbox": element.get("sandbox"), "srcdoc": element.get("srcdoc")})
    if element.tag == "meta" and element.get("http-equiv", "").lower() == "content-security-policy":
        found["policies"].append(element.get("content"))


def resolved(address, value):
    parts = urlsplit(value)
    if parts.scheme or parts.netloc:
        return value
    if not parts.path:
        return address
    return posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(parts.path)))


pages = json.load(sys.stdin)
json.dump({address: read(address, html) for address, html in pages.items()}, sys.stdout)
