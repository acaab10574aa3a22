"""What clients without webhooks of their own need: the emulator, a customer, and a callback that keeps what comes."""

import http.server
import json
import mimetypes
import threading

import pytest

from world import Emulator, png, until


class Postbox:
    """A callback that keeps every webhook, for clients that leave it to others to receive them; and a place for files."""

    def __init__(self):
        self.bodies = bodies = []

        class Taker(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                """Files for messages that have a link: whatever its ending says."""
                body = png()
                self.send_response(200)
                self.send_header("content-type", mimetypes.guess_type(self.path)[0])
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.url = f"{self.base}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def about(self, wamid, **like):
        """The first webhook that names a message, with these members in its status."""

        def fits(body):
            text = json.dumps(body)
            return wamid in text and all(f'"{key}": "{value}"' in text for key, value in like.items())

        return until(f"a webhook about {wamid}", lambda: next((body for body in self.bodies if fits(body)), None))


@pytest.fixture(scope="module")
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def postbox(emulator):
    postbox = Postbox()
    emulator.control("PUT", "/webhook", json={"url": postbox.url})
    yield postbox
    postbox.stop()


@pytest.fixture(scope="module")
def ana(emulator):
    """A customer who has written, so that free-form messages may be sent to her."""
    customer = emulator.customer("Ana Torres")
    customer.hello = customer.say("hola")
    return customer
