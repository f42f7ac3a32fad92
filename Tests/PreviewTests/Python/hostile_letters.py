"""Letters that no practice should get: each is laid into a Maildir and must be found out, or kept from doing harm."""

import email.message
import email.policy
import http.server
import pathlib
import threading
import time

# What is wrong with each letter, by what the page's checks must say of it, and nothing else.
BAD = {
    "contrast": '<p style="color:#bbbbbb">Pale on white is hard to read.</p>',
    "text-size": '<p style="font-size:9px">Nobody can read this on a telephone.</p>',
    "overflow overflow-enlarged": '<div style="width:900px;background-color:#eeeeee">Wider than any telephone.</div>',
    "tap-target": '<a href="https://book.example.org/" style="display:inline-block;background-color:#225577;color:#ffffff;'
                  'padding:3px;line-height:16px;border-radius:4px">Confirm</a>',
    "image-alternative": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" width="40" height="40">',
    "heading-order": "<h4>Fourth after first</h4>",
    "css-unsupported": '<p style="position:fixed">Mail programs know no fixed position.</p>',
}
# What of these a sum of one's own over colours, sizes and widths must find too.
MEASURED = {"contrast", "text-size", "overflow"}

# Everything that loads, runs or leads away by itself.
HOSTILE = """<!DOCTYPE html><html lang="en"><head><title>Innocent</title><base href="http://127.0.0.1:{port}/base/">
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/refresh">
<link rel="stylesheet" href="http://127.0.0.1:{port}/sheet.css"><link rel="preconnect" href="http://127.0.0.1:{port}/">
<link rel="prefetch" href="http://127.0.0.1:{port}/prefetch"><link rel="icon" href="http://127.0.0.1:{port}/icon.png">
<style>@import url(http://127.0.0.1:{port}/import.css); body {{ background: url(http://127.0.0.1:{port}/ground.png); }}
@font-face {{ font-family: Far; src: url(http://127.0.0.1:{port}/far.woff2); }} p {{ font-family: Far; }}</style>
<script>parent.document.title = document.title = 'owned'</script>
<script src="http://127.0.0.1:{port}/script.js"></script></head>
<body onload="parent.document.title = 'owned'"><p>Harmless words.</p>
<img alt="" src="http://127.0.0.1:{port}/picture.png" onerror="parent.document.title = 'owned'">
<img alt="" srcset="http://127.0.0.1:{port}/set.png 2x"><svg><image href="http://127.0.0.1:{port}/drawing.png"/>
<script>parent.document.title = 'owned'</script></svg>
<video src="http://127.0.0.1:{port}/film.mp4" poster="http://127.0.0.1:{port}/poster.png" autoplay></video>
<audio src="http://127.0.0.1:{port}/sound.mp3" autoplay></audio><object data="http://127.0.0.1:{port}/object"></object>
<embed src="http://127.0.0.1:{port}/embed"><iframe src="http://127.0.0.1:{port}/frame"></iframe>
<iframe srcdoc="&lt;script&gt;top.document.title = 'owned'&lt;/script&gt;"></iframe>
<form action="http://127.0.0.1:{port}/form"><input autofocus onfocus="parent.document.title = 'owned'" value="x"></form>
<a id="away" href="http://127.0.0.1:{port}/link">Away</a> <a id="top" target="_top" href="http://127.0.0.1:{port}/top">Up</a>
<a id="word" href="javascript:parent.document.title='owned'">Word</a>
</body></html>"""


class Canary:
    """A server on loopback that remembers every connection made to it."""

    def __enter__(self):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def verify_request(self, request, client_address):
                seen.append("connection")
                return True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def deliver(maildir, subject, html):
    """Lays a letter into the folder as a mail server does: written aside, then moved."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Somebody <somebody@example.com>"
    message["To"] = "reader@example.net"
    message["Subject"] = subject
    message["Date"] = "Sun, 22 Nov 2026 12:00:00 +0000"
    message["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
    message.set_content("Plain words.\n")
    message.add_alternative(html, subtype="html")
    name = f"{time.time_ns()}.test"
    for folder in ("tmp", "new", "cur"):
        pathlib.Path(maildir, folder).mkdir(parents=True, exist_ok=True)
    aside = pathlib.Path(maildir, "tmp", name)
    aside.write_bytes(message.as_bytes())
    aside.rename(pathlib.Path(maildir, "new", name))


def deliver_all(maildir, port):
    """Every bad letter under the name of its fault, and the hostile one."""
    for rules, body in BAD.items():
        page = (f'<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>{rules}</title></head>'
                f'<body style="margin:0;background-color:#ffffff;color:#222222;font-size:16px;line-height:24px">'
                f"<h1>A letter</h1>{body}</body></html>")
        deliver(maildir, f"bad {rules}", page)
    deliver(maildir, "hostile", HOSTILE.format(port=port))
