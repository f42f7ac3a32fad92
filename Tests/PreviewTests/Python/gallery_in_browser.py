"""Uses a served gallery as a person does: by keys, deep links and forms, while templates change, with bad mail.

Usage: gallery_in_browser.py CHROMIUM ADDRESS TEMPLATES MAILDIR
TEMPLATES and MAILDIR are folders of the test's own, which the server at ADDRESS shows.
"""

import contextlib
import json
import pathlib
import statistics
import sys
import time
import urllib.request

import hostile_letters
import measuring
from chromium import BrowserError, Chromium

KIND = "reservation.confirm"
STATE = "view=html&width=375&scheme=dark"
SAVES = 9
INSIDE = "document.getElementById('letter').contentDocument"
ARRIVED = "[...document.links].filter(link => /inbox\\/[0-9a-f]{16}\\//.test(link.href))"
IMAGE_RULES = """['remote-content', 'image-alternative'].map(
    rule => !!document.querySelector(`#findings [data-rule=${rule}]`)).join()"""
CHANGES = "[...document.querySelectorAll('[data-change]')].map(link => [link.dataset.change, link.href])"


class Visit:
    """One tab at the gallery, and what was found wrong."""

    def __init__(self, page, address, templates, maildir):
        self.page = page
        self.address = address.rstrip("/") + "/"
        self.templates = pathlib.Path(templates)
        self.template = self.templates / KIND / "en.mustache"
        self.maildir = maildir
        self.letters = json.loads(urllib.request.urlopen(self.address + "letters.json").read())
        self.faults = []

    def expect(self, holds, sentence):
        if not holds:
            self.faults.append(sentence)

    def letter(self, scenario="ordinary", locale="en", state=STATE):
        return f"{self.address}letter/{KIND}/{locale}/{scenario}/index.html#{state}"

    @property
    def here(self):
        """Kind, locale and scenario of the letter that is open, and the state."""
        path, _, state = self.page.evaluate("location.href").removeprefix(self.address).partition("#")
        return path.split("/")[1:4], dict(part.split("=") for part in state.split("&") if part)

    def pressed(self, key, becomes):
        """Presses a key and waits until the place is another one, of which `becomes` holds."""
        before = self.page.evaluate("location.href")
        self.page.press(key)
        self.page.until(f"location.href !== {json.dumps(before)} && document.documentElement.dataset.ready === 'true'",
                        f"{key} led elsewhere")
        self.expect(becomes(*self.here), f"{key} led to {self.here} from {before}")

    def until_shown(self, words):
        self.page.until(f"{INSIDE}.body.innerText.includes('{words}')", f"the letter said “{words}”")

    def quiet(self, what):
        self.expect(not self.page.complaints, f"{what}: the browser complains: {self.page.complaints[:3]}")
        away = [url for url in self.page.requests if not url.startswith((self.address, "data:", "about:"))]
        self.expect(not away, f"{what}: asks for {away[:3]}")
        self.page.forget()


def gallery(visit):
    """The gallery loads in silence and leads to every letter."""
    visit.page.goto(visit.address + "index.html")
    links = visit.page.evaluate("[...document.links].map(link => link.href.split('#')[0])")
    wanted = ["letter/{kind}/{locale}/{scenario}/index.html".format(**letter) for letter in visit.letters]
    missing = [path for path in wanted if visit.address + path not in links]
    visit.expect(visit.letters and not missing, f"the gallery does not lead to {missing[:3]}")
    visit.page.press("/")
    visit.page.until("document.activeElement.matches('input')", "/ goes to the search")
    visit.quiet("the gallery")


def keyboard(visit):
    """Every key does what the help says, and keeps the place."""
    asked = dict(part.split("=") for part in STATE.split("&"))

    def keeps(state, **changes):
        return (asked | changes).items() <= state.items()

    visit.page.goto(visit.letter())
    here = [KIND, "en", "ordinary"]
    visit.pressed("j", lambda letter, state: letter != here and keeps(state))
    visit.pressed("k", lambda letter, state: letter == here and keeps(state))
    visit.pressed("t", lambda letter, state: letter == here and keeps(state, view="text"))
    visit.pressed("t", lambda letter, state: letter == here and keeps(state))
    visit.pressed("i", lambda letter, state: letter == here and keeps(state, images="off"))
    visit.pressed("l", lambda letter, state: letter[1] != "en" and letter[::2] == here[::2])
    visit.expect(keeps(visit.here[1], images="off"), f"another language loses the place: {visit.here}")
    visit.page.goto(visit.letter())
    visit.pressed("s", lambda letter, state: letter[:2] == here[:2] and letter[2] != here[2] and keeps(state))
    visit.page.goto(visit.letter())
    visit.pressed("w", lambda letter, state: letter == here and keeps(state, width="600"))
    visit.pressed("d", lambda letter, state: letter == here and keeps(state, width="600", scheme="inverted"))
    # The letter takes the focus when it is clicked, and must not take the keys with it.
    box = visit.page.evaluate("document.getElementById('letter').getBoundingClientRect().toJSON()")
    visit.page.click(box["x"] + 8, box["y"] + 8)
    visit.pressed("d", lambda letter, state: letter == here and keeps(state, width="600", scheme="light"))
    visit.pressed("z", lambda letter, state: letter == here and state["zoom"] == "200")
    visit.pressed("f", lambda letter, state: letter == here and state["view"] == "findings")
    tabs = visit.page.evaluate("""[...document.querySelectorAll('[role=tab][data-view]')].map(
        tab => [tab.dataset.view, !tab.disabled])""")
    visit.expect(len(tabs) == 8 and tabs[0] == ["html", True], f"the views are {tabs}")
    for number, (view, is_there) in enumerate(tabs[1:], 2):
        if is_there and view != visit.here[1]["view"]:
            visit.pressed(str(number), lambda letter, state: letter == here and state["view"] == view)
    visit.pressed("1", lambda letter, state: letter == here and state["view"] == "html")
    for key, is_open in (("?", True), ("j", True), ("?", False)):
        visit.page.press(key)
        visit.expect(visit.page.evaluate("document.getElementById('help').open") == is_open, f"{key}: help wrongly shown")
    visit.expect(visit.here[0] == here, "keys lead away behind the help")
    visit.page.press("u")
    visit.page.until(f"location.href.split('#')[0] === {json.dumps(visit.address + 'index.html')}", "u led to all letters")
    visit.quiet("the keyboard")


def test_letter(visit):
    """A test goes to whom the settings name, and to nobody else; the page says what became of it."""
    for name, says in (("you", "Not sent: HOLDFAST_ONLY_TO does not name this address."), ("me", "Sent. The relay")):
        visit.page.goto(visit.letter())
        visit.expect("@" not in visit.page.evaluate("document.getElementById('send').innerText"), "it names an address")
        visit.page.evaluate(f"""document.querySelector('#send [name=to]').value = '{name}@example.org',
            document.querySelector('#send button').click()""")
        visit.page.until(f"document.getElementById('sent').innerText.startsWith('{says}')", f"the page said {says}")
    # The browser logs that the first was refused.
    visit.page.forget()


def deep_links(visit):
    """An address opened anew shows the very state it names."""
    for width in (320, 375, 600, 800):
        for scheme in ("light", "dark", "inverted"):
            visit.page.goto("about:blank", until="true")
            visit.page.goto(visit.letter(state=f"view=html&width={width}&scheme={scheme}"))
            seen = visit.page.evaluate(measuring.RUNS)
            dark = measuring.luminance(measuring.rgba(seen["ground"])) < 0.2
            inverted = "invert" in visit.page.evaluate(f"getComputedStyle({INSIDE}.documentElement).filter")
            visit.expect((seen["width"], dark, inverted) == (width, scheme == "dark", scheme == "inverted"),
                         f"{width}/{scheme} shows {seen['width']}px on {seen['ground']}, inverted: {inverted}")
    for view in ("text", "headers", "tree", "links", "source", "findings"):
        visit.page.goto("about:blank", until="true")
        visit.page.goto(visit.letter(state=f"view={view}"))
        visit.expect(not visit.page.evaluate("document.getElementById('letter').checkVisibility()"),
                     f"view={view} still shows the HTML")
        visit.expect(visit.here[1].get("view") == view, f"view={view} becomes {visit.here[1]}")
        visit.expect(visit.page.evaluate(f"document.getElementById('{view}').checkVisibility()"),
                     f"view={view} shows nothing")
    visit.quiet("deep links")


def saved(visit, old, new, template=None):
    """Saves a template with something replaced; by turns as editors do, written over or moved into place."""
    template = template or visit.template
    text = template.read_text()
    visit.expect(old in text, f"{template.name} has no {old}")
    changed = text.replace(old, new, 1)
    if len(new) % 2:
        template.write_text(changed)
    else:
        aside = template.with_suffix(".swp")
        aside.write_text(changed)
        aside.rename(template)


def live_reload(visit):
    """A saved template is shown by itself, in the same state; says how soon."""
    visit.page.goto(visit.letter())
    visit.until_shown("A time is reserved")
    old, seconds = "A time is reserved for you", []
    for save in range(SAVES):
        new = f"Saved for the {'x' * (save + 1)} time"
        began = time.monotonic()
        saved(visit, old, new)
        visit.until_shown(new)
        seconds.append(time.monotonic() - began)
        old = new
    visit.expect(visit.page.evaluate("location.href") == visit.letter(), f"after a reload the place is {visit.here}")
    saved(visit, old, "A time is reserved for you")
    median, slowest = statistics.median(seconds) * 1000, max(seconds) * 1000
    print(f"  from save to shown: median {median:.0f} ms, slowest {slowest:.0f} ms")
    visit.until_shown("A time is reserved")
    visit.quiet("live reload")


def broken_template(visit):
    """While a template cannot be read the page names the place, and no longer than that."""
    visit.page.goto(visit.letter())
    line = visit.template.read_text().splitlines().index("    {{>hello}}") + 1
    saved(visit, "{{>hello}}", "{{>hallo}}")
    place = f"{KIND}/en.mustache:{line}:"
    visit.page.until(f"document.body.innerText.includes('{place}')", f"the page named {place}")
    visit.page.goto(visit.address + "findings/index.html")
    visit.expect(place in visit.page.evaluate("document.body.innerText"), f"the findings do not name {place}")
    visit.page.goto(visit.letter(locale="es"))
    visit.expect(visit.page.evaluate("!!document.getElementById('letter')"), "the other language is gone too")
    visit.page.goto(visit.letter())
    visit.page.until(f"document.body.innerText.includes('{place}')", f"the page opened anew named {place}")
    saved(visit, "{{>hallo}}", "{{>hello}}")
    visit.page.until(f"!document.body.innerText.includes('{place}')", f"the page no longer named {place}")
    visit.until_shown("A time is reserved")
    visit.quiet("a broken template")


def rules(visit):
    """What the rules without a browser find stands on the letter's page, and goes with the fault."""
    visit.page.goto(visit.letter())
    visit.expect(visit.page.evaluate(IMAGE_RULES) == "false,false", "the ordinary letter has an image")
    paragraph, image = visit.templates / "_html/p.mustache", '<img src="http://127.0.0.1:9/x.png">'
    saved(visit, "{{/text}}", "{{/text}}" + image, paragraph)
    visit.page.until(f"{IMAGE_RULES} === 'true,true'", "the page told of an image from elsewhere without words")
    saved(visit, image, "", paragraph)
    visit.page.until(f"{IMAGE_RULES} === 'false,false'", "the findings went with the image")
    # The browser has said that it did not load the image.
    visit.page.forget()


def changes(visit):
    """Beside an earlier export only what a save changed is listed, and shown before and after."""
    visit.page.goto(visit.address + "diff/index.html")
    visit.expect(visit.page.evaluate(CHANGES) == [], f"at first there are {visit.page.evaluate(CHANGES)[:3]}")
    saved(visit, "A time is reserved for you", "A time is kept for you")
    visit.page.until(f"{CHANGES}.length", "the change was listed")
    found = dict(visit.page.evaluate(CHANGES))
    english = [letter for letter in visit.letters if (letter["kind"], letter["locale"]) == (KIND, "en")]
    wanted = {f"{KIND}/en/{letter['scenario']}" for letter in english}
    visit.expect(set(found) == wanted, f"listed are {sorted(found)} instead of {sorted(wanted)}")
    visit.page.goto(found[f"{KIND}/en/ordinary"])
    before, now = (visit.page.evaluate(f"document.getElementById('{frame}').contentDocument.body.innerText")
                   for frame in ("before", "letter"))
    visit.expect("A time is reserved" in before and "A time is kept" in now, "before and after do not show the words")
    saved(visit, "A time is kept for you", "A time is reserved for you")
    visit.page.goto(visit.address + "diff/index.html")
    visit.page.until(f"!{CHANGES}.length", "the change was gone")
    visit.quiet("changes")


def inbox(visit):
    """Bad letters are found out by the page's checks, in an inbox that fills while it is looked at."""
    visit.page.goto(visit.address + "inbox/index.html")
    with hostile_letters.Canary() as canary:
        hostile_letters.deliver_all(visit.maildir, canary.port)
        visit.page.until(f"{ARRIVED}.length === {len(hostile_letters.BAD) + 1}", "every letter delivered was listed")
        addresses = dict(visit.page.evaluate(f"{ARRIVED}.map(link => [link.textContent.trim(), link.href])"))
        visit.quiet("the inbox")
        for rules in hostile_letters.BAD:
            visit.page.goto(next(href for text, href in addresses.items() if f"bad {rules}" in text))
            found = {finding["rule"] for finding in visit.page.evaluate("window.holdfast.check()")}
            visit.expect(found == set(rules.split()), f"a letter with a fault of {rules} has {sorted(found)}")
            measured = {fault for fault, _ in measuring.faults(visit.page.evaluate(measuring.RUNS), "light", 12)}
            visit.expect(measured == set(rules.split()) & hostile_letters.MEASURED, f"measured of {rules}: {measured}")
        visit.quiet("bad letters")
        hostile(visit, next(href for text, href in addresses.items() if "hostile" in text), canary)
        visit.expect(canary.seen == [], f"what a letter names was asked for: {canary.seen[:5]}")
        # The watcher watches.
        with contextlib.suppress(BrowserError):
            visit.page.goto(f"http://127.0.0.1:{canary.port}/seen", until="true")
        visit.expect("/seen" in canary.seen, "the canary does not see requests")
    visit.page.forget()


def hostile(visit, address, canary):
    """Nothing of a letter is loaded or run, or leads away, by itself or by a click."""
    visit.page.goto(address)
    title = visit.page.evaluate("document.title")
    visit.page.evaluate("window.holdfast.check()")
    visit.expect("Harmless words" in visit.page.evaluate(f"{INSIDE}.body.innerText"), "the hostile letter is not shown")
    for element in ("away", "top", "word"):
        visit.page.evaluate(f"{INSIDE}.getElementById('{element}').click()")
    visit.page.evaluate(f"{INSIDE}.querySelector('form')?.requestSubmit()")
    visit.page.evaluate("new Promise(later => setTimeout(later, 500))")
    visit.expect(visit.page.evaluate("document.title") == title and "owned" not in title, "a script of a letter ran")
    visit.expect(visit.page.evaluate("location.href").startswith(address), "a letter led the page away")
    visit.expect("Harmless words" in (visit.page.evaluate(f"{INSIDE}?.body.innerText") or ""),
                 "a click on a link replaced the letter by something else")


def main(program, address, templates, maildir):
    began, wrong = time.monotonic(), 0
    with Chromium(program) as browser:
        for story in (gallery, keyboard, test_letter, deep_links, live_reload, broken_template, rules, changes, inbox):
            with browser.page() as page:
                visit = Visit(page, address, templates, maildir)
                try:
                    story(visit)
                except BrowserError as error:
                    visit.faults.append(str(error))
            print(f"  {'wrong' if visit.faults else 'right'}: {story.__doc__}")
            for fault in visit.faults:
                print(f"{story.__name__}: {fault}"[:500], file=sys.stderr)
            wrong += len(visit.faults)
    print(f"{browser.version} at a served gallery: {time.monotonic() - began:.1f} s")
    return min(wrong, 1)


sys.exit(main(*sys.argv[1:]))
