"""A headless Chromium, spoken to over a pipe in the Chrome DevTools Protocol (version 1.3, the stable one).

A pipe needs no driver program that must match the browser, no port that others could reach and no package; and when
this process ends, however it ends, the browser reads the end of the pipe and ends too.
"""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60
# Names that are none of this machine's do not resolve, so what a page asks for outside is seen and does not go out.
FLAGS = [
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--disable-sync",
    "--force-color-profile=srgb", "--force-device-scale-factor=1", "--hide-scrollbars", "--lang=en-US",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


class BrowserError(Exception):
    """The browser did not do what it was asked; the sentence says what."""


class Chromium:
    """One browser with its own profile, gone with the `with` block."""

    def __init__(self, program):
        self.program = program
        self.numbers = itertools.count(1)
        self.buffer = b""
        self.events = []

    def __enter__(self):
        # The browser makes sockets below, whose paths may have 107 bytes (unix(7)).
        self.profile = tempfile.mkdtemp(prefix="chromium-", dir="/tmp")
        self.log = open(os.path.join(self.profile, "log"), "wb")
        flags = FLAGS + [f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            # Chromium refuses to sandbox root; the pages it opens here are ours.
            flags.append("--no-sandbox")
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()

        def hand_over():
            # The browser reads orders at 3 and answers at 4; first out of each other's way.
            pair = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10) for descriptor in (orders, answers)]
            os.dup2(pair[0], 3)
            os.dup2(pair[1], 4)

        environment = dict(os.environ, HOME=self.profile, TMPDIR=self.profile, TZ="UTC")
        self.process = subprocess.Popen(
            [self.program, *flags, "about:blank"], preexec_fn=hand_over, close_fds=False, env=environment,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(orders)
        os.close(answers)
        self.version = self.ask("Browser.getVersion")["product"]
        return self

    def __exit__(self, *_):
        os.close(self.orders)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.answers)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method, session=None, patience=PATIENCE, **parameters):
        """Gives an order and returns its answer; what happens meanwhile goes to the pages."""
        number = next(self.numbers)
        order = {"id": number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        deadline = time.monotonic() + patience
        while True:
            message = self.next(deadline, method)
            if message.get("id") != number:
                self.events.append(message)
            elif "error" in message:
                raise BrowserError(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def next(self, deadline, purpose):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self.answers, 1 << 20) if ready else None
            if piece is None:
                raise BrowserError(f"Chromium did not answer {purpose} in time")
            if not piece:
                with open(self.log.name, errors="replace") as log:
                    raise BrowserError(f"Chromium ended at {purpose}; it said: {log.read()[-2000:]}")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    @contextlib.contextmanager
    def page(self, width=1280, height=900):
        """A new tab of this size."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            page.ask(f"{domain}.enable")
        page.resize(width, height)
        yield page
        self.ask("Target.closeTarget", targetId=target)


class Page:
    """A tab. `requests` and `complaints` hold what it asked for and what the browser found wrong since `forget`."""

    def __init__(self, browser, session):
        self.browser = browser
        self.session = session
        self.requests = []
        self.complaints = []

    def ask(self, method, **parameters):
        answer = self.browser.ask(method, self.session, **parameters)
        self.listen()
        return answer

    def listen(self):
        mine = [event for event in self.browser.events if event.get("sessionId") == self.session]
        self.browser.events = [event for event in self.browser.events if event.get("sessionId") != self.session]
        for event in mine:
            what, details = event.get("method"), event.get("params", {})
            if what == "Network.requestWillBeSent":
                self.requests.append(details["request"]["url"])
            elif complaint := self.complaint(what, details):
                self.complaints.append(complaint)

    @staticmethod
    def complaint(what, details):
        if what == "Runtime.exceptionThrown":
            thrown = details["exceptionDetails"]
            return f"exception: {thrown.get('exception', {}).get('description', thrown['text'])}"
        if what == "Runtime.consoleAPICalled" and details["type"] in ("error", "warning", "assert"):
            return f"console.{details['type']}: {[value.get('value') for value in details['args']]}"
        if what == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
            return f"log: {details['entry']['text']}"
        if what == "Audits.issueAdded" and details["issue"]["code"] == "ContentSecurityPolicyIssue":
            return f"policy: {details['issue']['details']['contentSecurityPolicyIssueDetails']}"
        return None

    def forget(self):
        self.requests = []
        self.complaints = []

    def resize(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """Makes the reader's system light or dark."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def goto(self, url, until="document.documentElement.dataset.ready === 'true'"):
        """Opens an address and waits until the page says that it is ready."""
        before = self.evaluate("performance.timeOrigin")
        answer = self.ask("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError(f"{url}: {answer['errorText']}")
        if "loaderId" in answer:
            until = f"performance.timeOrigin !== {before} && {until}"
        self.until(until, f"{url} was ready")

    def evaluate(self, expression, patience=PATIENCE):
        """The value of a JavaScript expression; a promise is awaited."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True,
            patience=patience)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise BrowserError(f"{thrown.get('exception', {}).get('description', thrown['text'])} in {expression}")
        return answer["result"].get("value")

    def until(self, expression, what, patience=PATIENCE):
        """Waits until an expression is true, through reloads, and returns its value."""
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(BrowserError):
                # Throws while there is no document, or another one than before.
                if value := self.evaluate(expression):
                    return value
            if time.monotonic() > deadline:
                raise BrowserError(f"it did not come true that {what}: {expression}")
            time.sleep(0.005)

    def show(self, state):
        """Puts a state into the address, as a deep link does, and waits until it is painted."""
        self.evaluate(f"""new Promise(painted => {{
            const soon = () => requestAnimationFrame(() => requestAnimationFrame(painted));
            if (location.hash === '#{state}') return soon();
            addEventListener('hashchange', soon, {{once: true}});
            location.hash = '{state}';
        }})""")

    def press(self, key):
        """Presses a key with one character, such as `j`, or `Escape`."""
        details = {"key": key}
        if len(key) == 1:
            details.update(text=key, code=f"Key{key.upper()}" if key.isalpha() else "")
        self.ask("Input.dispatchKeyEvent", type="keyDown", **details)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **details)

    def click(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self, path, clip=None):
        options = {"clip": dict(clip, scale=1)} if clip else {}
        image = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=bool(clip), **options)
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))
