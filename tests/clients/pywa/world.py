"""The emulator as a process, its control API, and a business that is run by pywa."""

import json
import os
import socket
import subprocess
import threading
import time

import httpx
import uvicorn
from pywa import WhatsApp
from starlette.applications import Starlette

BINARY = os.environ.get("WAYPOST_BIN", "target/debug/waypost")
PATIENCE = 30.0

APP_ID = "900000000000001"
APP_SECRET = "emulator-app-secret"
TOKEN = "EMULATOR-TOKEN"
WABA = "700000000000001"
NUMBER = "600000000000001"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(what, probe):
    """Waits for a condition, never for a time; gives back what the probe found."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := probe():
            return found
        time.sleep(0.02)
    raise AssertionError(f"gave up waiting for {what}")


class Emulator:
    """`waypost emulator` on a port of its own, and its control API."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [BINARY, "emulator", "--port", str(self.port)], stdout=subprocess.DEVNULL
        )
        self.http = httpx.Client(base_url=self.url, timeout=10)
        until("the emulator", self._answers)

    def _answers(self):
        assert self.process.poll() is None, "the emulator ended at once"
        try:
            return self.http.get("/_control/world").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self):
        self.http.close()
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)

    def control(self, method, path, **kwargs):
        answer = self.http.request(method, f"/_control{path}", **kwargs)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def customer(self, name):
        return Customer(self, self.control("POST", "/customers", json={"name": name}))


class Customer:
    """A person with a phone, moved by the control API."""

    def __init__(self, emulator, created):
        self.emulator = emulator
        self.id = created["id"]
        self.wa_id = created["wa_id"]
        self.bsuid = created["user_id"]
        self.name = created["name"]

    def write(self, body, **kwargs):
        """Sends a Cloud-API-shaped message and gives back its wamid."""
        path = f"/customers/{self.id}/messages"
        return self.emulator.control("POST", path, json=body, **kwargs)["id"]

    def say(self, text, **more):
        return self.write({"type": "text", "text": {"body": text}, **more})

    def thread(self):
        return self.emulator.control("GET", f"/customers/{self.id}/thread")["messages"]

    def bubble(self, wamid):
        return until(
            f"{wamid} on the phone",
            lambda: next((m for m in self.thread() if m["id"] == wamid), None),
        )


class ToEmulator(httpx.BaseTransport):
    """pywa insists on Meta's host name; the request goes to the emulator instead."""

    def __init__(self, emulator):
        self.inner = httpx.HTTPTransport()
        self.port = emulator.port

    def handle_request(self, request):
        if request.url.host == "graph.facebook.com":
            request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
            request.headers["host"] = f"127.0.0.1:{self.port}"
        return self.inner.handle_request(request)

    def close(self):
        self.inner.close()


class Doorbell:
    """Stands before pywa's routes and notes every request with the answer that pywa gave."""

    def __init__(self, app):
        self.app = app
        self.rings = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        ring = {
            "method": scope["method"],
            "query": scope["query_string"].decode(),
            "headers": {k.decode().lower(): v.decode() for k, v in scope["headers"]},
            "body": b"",
            "status": None,
        }

        async def heard():
            message = await receive()
            ring["body"] += message.get("body", b"")
            return message

        async def answered(message):
            if message["type"] == "http.response.start":
                ring["status"] = message["status"]
                self.rings.append(ring)
            await send(message)

        await self.app(scope, heard, answered)


class Business:
    """pywa as anybody would use it: one client that sends, with its own webhook server that checks signatures."""

    def __init__(self, emulator):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        app = Starlette()
        self.door = Doorbell(app)
        config = uvicorn.Config(self.door, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        until("the webhook server", lambda: self.server.started)
        # The callback is registered by pywa itself: app token, POST /{app}/subscriptions, handshake.
        self.wa = WhatsApp(
            phone_id=NUMBER,
            token=TOKEN,
            waba_id=WABA,
            app_id=APP_ID,
            app_secret=APP_SECRET,
            verify_token="pywa-asks-for-this",
            callback_url=self.url,
            webhook_challenge_delay=0,
            webhook_endpoint="/webhook",
            server=app,
            session=httpx.Client(transport=ToEmulator(emulator), timeout=10),
        )
        self.messages, self.taps, self.choices, self.statuses = [], [], [], []
        self.wa.on_message(lambda _, message: self.messages.append(message))
        self.wa.on_callback_button(lambda _, tap: self.taps.append(tap))
        self.wa.on_callback_selection(lambda _, choice: self.choices.append(choice))
        self.wa.on_message_status(lambda _, status: self.statuses.append(status))

    def stop(self):
        self.server.should_exit = True
        self.thread.join(timeout=PATIENCE)

    def rings(self, method):
        return [ring for ring in self.door.rings if ring["method"] == method]

    def received(self, wamid):
        return until(f"message {wamid} in pywa", lambda: next((m for m in self.messages if m.id == wamid), None))

    def ticks(self, wamid):
        return [str(status.status.value) for status in self.statuses if status.id == wamid]

    def raw_statuses(self, wamid):
        """The statuses of a message in the webhooks that pywa took, as they came."""
        bodies = [json.loads(ring["body"]) for ring in self.rings("POST") if ring["status"] == 200]
        values = [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]
        return [status for value in values for status in value.get("statuses", []) if status["id"] == wamid]
