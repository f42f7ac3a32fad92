"""Opens every letter of an export in one Chromium, from its files, and says what a reader would see go wrong.

Usage: letters_in_browser.py CHROMIUM EXPORT [SCREENSHOTS]
The page's own checks run for every letter; contrast, text size and overflow of a sample are computed here once more.
"""

import json
import pathlib
import sys
import time

import measuring
from chromium import BrowserError, Chromium

# One letter in so many is measured here too: of each kind there are more than that.
SAMPLE = 5
SMALLEST = 12
MOST_SCREENSHOTS = 60


class Reader:
    """Looks at an export and keeps what it finds."""

    def __init__(self, page, export, screenshots):
        self.page = page
        self.export = export
        self.screenshots = screenshots
        self.letters = json.loads((export / "letters.json").read_text())
        # Where each thing is wrong: the same is often wrong in many letters.
        self.faults = {}
        self.warnings = {}
        self.states = 0

    def open(self, path):
        """A page of the export, which must ask for its own files only and have nothing to complain of."""
        self.page.forget()
        self.page.goto((self.export / path).as_uri())

    def close(self, path):
        own = (self.export.as_uri(), "data:", "about:")
        self.fault(path, [f"asks for {url}" for url in self.page.requests if not url.startswith(own)])
        self.fault(path, self.page.complaints)

    def fault(self, path, sentences):
        for sentence in sentences:
            self.faults.setdefault(sentence, []).append(path)

    def index(self):
        self.open("index.html")
        links = set(self.page.evaluate("[...document.links].map(link => link.href.split('#')[0])"))
        for letter in self.letters:
            address = (self.export / self.path(letter)).as_uri()
            self.fault("index.html", [] if address in links else [f"does not lead to {address}"])
        self.close("index.html")

    @staticmethod
    def path(letter):
        return f"letter/{letter['kind']}/{letter['locale']}/{letter['scenario']}/index.html"

    def letter(self, letter, measured):
        path = self.path(letter)
        self.open(path)
        for finding in self.page.evaluate("window.holdfast.check()"):
            if finding["severity"] == "error":
                where = f"{path} at {finding['width']}px, {finding['scheme']}"
                self.fault(where, [f"{finding['rule']}: {finding['message']}"])
            else:
                self.warnings[finding["rule"]] = self.warnings.get(finding["rule"], 0) + 1
        if measured:
            self.told(path)
            self.measure(path)
        self.close(path)

    def told(self, path):
        """The page has checked the letter by itself, and says on its badge how much it lists."""
        self.page.until("document.documentElement.dataset.checked === 'true'", f"{path} was checked by itself")
        badge, rows = self.page.evaluate("""[document.getElementById('finding-count').textContent,
            [...document.querySelectorAll('#findings > li')].map(row => row.dataset.severity)]""")
        if badge != str(len(rows)) or "error" in rows:
            self.fault(path, [f"says {badge} findings and lists {rows}"])

    def measure(self, path):
        for scheme in ("light", "dark"):
            for width in (320, 600):
                self.page.show(f"view=html&width={width}&scheme={scheme}")
                seen = self.page.evaluate(measuring.RUNS)
                where = f"{path} at {width}px, {scheme}"
                if seen["width"] != width or not seen["runs"]:
                    self.fault(where, [f"shows {len(seen['runs'])} texts in {seen['width']}px"])
                    continue
                ground = measuring.luminance(measuring.rgba(seen["ground"]))
                if (ground < 0.2) != (scheme == "dark"):
                    self.fault(where, [f"lies on {seen['ground']}"])
                self.fault(where, [": ".join(fault) for fault in measuring.faults(seen, scheme, SMALLEST)])
                self.states += 1

    def picture(self, path, state, name, element=None):
        """A screenshot of the window, or of an element in full."""
        self.open(path)
        if state:
            self.page.show(state)
        # The gallery's small letters load as they come into sight, and tell nobody.
        self.page.evaluate(f"new Promise(later => setTimeout(later, {100 if element else 1500}))")
        box = element and self.page.evaluate(
            f"(({{x, y, width, height}}) => ({{x: x + scrollX, y: y + scrollY, width, height}}))"
            f"(document.getElementById('{element}').getBoundingClientRect())")
        self.page.screenshot(self.screenshots / f"{name}.png", box)
        self.close(path)

    def pictures(self):
        """The gallery and a letter's page by day and by night, and each kind as on a desk and as on a telephone."""
        first = {letter["kind"]: self.path(letter) for letter in self.letters
                 if letter["scenario"] == "ordinary" and letter["locale"] == "en"}
        for scheme in ("light", "dark"):
            self.page.prefer(scheme)
            self.picture("index.html", "", f"gallery-{scheme}")
            self.picture(first["reservation.confirm"], f"view=html&width=600&scheme={scheme}", f"page-{scheme}")
        self.page.prefer("light")
        for kind, path in first.items():
            self.picture(path, "view=html&width=600&scheme=light", f"{kind}-600-light", "letter")
            self.picture(path, "view=html&width=375&scheme=dark", f"{kind}-375-dark", "letter")


def main(program, export, screenshots=None):
    export = pathlib.Path(export).resolve()
    screenshots = screenshots and pathlib.Path(screenshots)
    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with Chromium(program) as browser, browser.page() as page:
        reader = Reader(page, export, screenshots)
        reader.index()
        for number, letter in enumerate(reader.letters):
            reader.letter(letter, measured=number % SAMPLE == 0)
        if screenshots:
            reader.pictures()
    if screenshots and len(list(screenshots.iterdir())) > MOST_SCREENSHOTS:
        reader.fault(str(screenshots), ["more screenshots than anybody looks at"])
    if not reader.letters:
        reader.fault(str(export), ["no letters"])
    print(f"{browser.version}: {len(reader.letters)} letters checked at every width and scheme, "
          f"{reader.states} of their states measured twice, {time.monotonic() - began:.1f} s")
    print(f"  warnings: {reader.warnings or 'none'}")
    for fault, places in list(reader.faults.items())[:60]:
        print(f"{fault[:300]} ({len(places)} times, such as in {places[0]})", file=sys.stderr)
    return min(len(reader.faults), 1)


try:
    sys.exit(main(*sys.argv[1:]))
except BrowserError as error:
    sys.exit(str(error))
